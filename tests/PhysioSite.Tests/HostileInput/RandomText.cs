using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace PhysioSite.Tests.HostileInput;

/// <summary>
/// Random text with characters of every kind, including lone surrogates. A failing text is reduced to the shortest one that fails.
/// </summary>
internal static class RandomText
{
    private static readonly Gen<string> Piece = Gen.Frequency(
        (6, Gen.Choose(' ', '~').Select(Character)),
        (3, Gen.Choose(0xA0, 0x6FF).Select(Character)),
        (2, Gen.Choose(0, 0x1F).Select(Character)),
        (1, Gen.Choose(0x7F, 0x9F).Select(Character)),
        (2, Gen.Choose(0x300, 0x36F).Select(Character)),
        (2, Gen.Choose(0x2000, 0x206F).Select(Character)),
        (1, Gen.Choose(0xD800, 0xDFFF).Select(Character)),
        (1, Gen.Choose(0xFE00, 0xFFFF).Select(Character)),
        (2, Gen.Choose(0, 0xFFFF).Select(Character)),
        (1, Gen.Choose(0x10000, 0x10FFFF).Select(char.ConvertFromUtf32)),
        (3, Gen.Elements(
            "\r\n", "<", ">", "\"", "'", "&", "=", "+", "@", "%",
            "608 555 0142", "ada@example.com", "Ada",
            "\u200D", "\uFEFF", "\u202E", "\u2067", "\u3164", "\uFFFE", "\0")));

    public static Arbitrary<string> Texts { get; } =
        Arb.From(Piece.ListOf().Select(string.Concat), ArbMap.Default.ArbFor<string>().Shrinker);

    public static void Check(int times, Func<string, bool> holds) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(Texts, holds));

    /// <summary>Runs the step with each text, encoded as a browser sends it, and its number.</summary>
    public static void Check(int times, Func<Hostile, int, Task> step)
    {
        var number = 0;
        Check(times, text =>
        {
            var bytes = Bytes(text);
            var isText = !text.Any(char.IsSurrogate) || Encoding.UTF8.GetString(bytes) == text;
            step(new Hostile("random", text, bytes, isText), number++).GetAwaiter().GetResult();
            return true;
        });
    }

    private static string Character(int code) => ((char)code).ToString();

    /// <summary>UTF-8, with a lone surrogate as three bytes that are not valid UTF-8.</summary>
    private static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                bytes.AddRange([0xED, (byte)(0x80 | (text[i] >> 6 & 0x3F)), (byte)(0x80 | (text[i] & 0x3F))]);
            }
        }

        return [.. bytes];
    }
}
