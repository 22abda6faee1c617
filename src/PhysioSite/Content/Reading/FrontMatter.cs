using System.Globalization;
using PhysioSite.Content.Reading.Values;
using PhysioSite.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PhysioSite.Content.Reading;

/// <summary>
/// A YAML mapping in a content file, read key by key. A missing or invalid value adds a problem with its line number and returns a
/// placeholder, so that one pass reports every problem. <see cref="Finish"/> reports unknown keys. A translation is layered over the
/// English mapping: a key that the translation omits is read from the English mapping, and problems with that value are reported for
/// the English file.
/// </summary>
internal sealed class FrontMatter
{
    private readonly YamlMappingNode _mapping;
    private readonly List<ContentProblem> _problems;
    private readonly string _path;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly FrontMatter? _below;

    private FrontMatter(string file, string path, YamlMappingNode mapping, List<ContentProblem> problems, FrontMatter? below = null)
    {
        File = file;
        _below = below;
        _path = path;
        _mapping = mapping;
        _problems = problems;
    }

    public string File { get; }

    /// <summary>Parses <paramref name="yaml"/>. Its line 1 corresponds to line 1 of the file.</summary>
    /// <param name="below">The English mapping that this mapping translates.</param>
    public static FrontMatter? Parse(string file, string yaml, List<ContentProblem> problems, FrontMatter? below = null)
    {
        var parser = new Parser(new StringReader(yaml));
        try
        {
            var stream = new YamlStream();
            stream.Load(parser);
            if (stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode mapping)
            {
                return new FrontMatter(file, "", mapping, problems, below);
            }

            problems.Add(new(file, 1, "Expected \"key: value\" lines."));
        }
        catch (YamlException e)
        {
            // The parser reports a tab at the start of its mapping.
            var tab = Array.FindIndex(yaml.Split('\n'), text => text.TakeWhile(char.IsWhiteSpace).Contains('\t')) + 1;
            var line = tab > 0 && e.Message.Contains(" tab ", StringComparison.Ordinal) ? tab : (int)Math.Max(1, e.Start.Line);
            problems.Add(new(file, line, $"This is not valid YAML: {e.Message} {Advice(yaml, line)}"));
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet throws this exception when a list in brackets runs on into "key: value".
            problems.Add(new(
                file,
                (int)Math.Max(1, parser.Current?.End.Line ?? 1),
                "This is not valid YAML. Close each bracket and quote on its line."));
        }

        return null;
    }

    /// <summary>The parser stops after the line with the mistake, so the lines before it are searched as well.</summary>
    private static string Advice(string yaml, int line)
    {
        var lines = yaml.Split('\n').Take(line).TakeLast(3).ToList();
        return lines.Any(text => text.TakeWhile(char.IsWhiteSpace).Contains('\t')) ? "Indent with spaces, not with a tab."
            : lines.Any(text => text.Any(c => c is '\u00A0' or '\u202F' or '\u200B' or '\uFEFF'))
                ? "A line has a non-breaking or invisible space, perhaps from copying. Type its spaces again."
            : "Quote a value that contains a colon followed by a space.";
    }

    public void Problem(string? key, string message) => _problems.Add(new(FileOf(key), LineOf(key), message));

    public string Text(string key)
    {
        if (Scalar(key) is { Length: > 0 } text)
        {
            return text;
        }

        Problem(key, Has(key) ? $"\"{Name(key)}\" must be a text." : $"\"{Name(key)}\" is missing.");
        return "";
    }

    public bool Flag(string key)
    {
        switch (Scalar(key))
        {
            case null or "false":
                return false;
            case "true":
                return true;
            default:
                Problem(key, $"\"{Name(key)}\" must be true or false.");
                return false;
        }
    }

    public DateOnly? OptionalDate(string key) => Has(key) ? Date(key) : Asked<DateOnly?>(key);

    public DateOnly Date(string key) => Parsed(key, ContentDate.TryParse, DateOnly.MinValue, "a date like 2026-11-22");

    /// <summary>A time with its UTC offset, in UTC.</summary>
    public DateTime Moment(string key) => Parsed(key, ContentDate.TryParseMoment, default(DateTime), "a time like 2026-11-22T06:00-06:00");

    public int? OptionalYear(string key)
    {
        if (!Has(key))
        {
            return Asked<int?>(key);
        }

        var year = Parsed(
            key,
            (string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number),
            1900,
            "a year of four digits");
        if (year is < 1900 or > 2100)
        {
            Problem(key, $"\"{Name(key)}\" must be a year of four digits.");
        }

        return year;
    }

    /// <summary>Null only if a problem was reported. The content is not used in that case.</summary>
    public PhoneNumber Phone(string key) =>
        Parsed(
            key,
            (string text, out PhoneNumber? phone) => PhoneNumber.TryParse(text, out phone),
            null,
            "a phone number like (608) 555-0142")!;

    public PhoneNumber? OptionalPhone(string key) => Has(key) ? Phone(key) : Asked<PhoneNumber>(key);

    public double Degrees(string key, double limit)
    {
        var value = Parsed(
            key,
            (string text, out double number) => double.TryParse(text, CultureInfo.InvariantCulture, out number),
            0,
            "a number of degrees");
        if (Math.Abs(value) > limit)
        {
            Problem(key, $"\"{Name(key)}\" must be between -{limit} and {limit} degrees.");
        }

        return value;
    }

    public decimal Dollars(string key)
    {
        var value = Parsed(
            key,
            (string text, out decimal number) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out number),
            0,
            "an amount in US dollars");
        if (value < 0)
        {
            Problem(key, $"\"{Name(key)}\" cannot be less than nothing.");
        }

        return value;
    }

    public T Choice<T>(string key, IReadOnlyDictionary<string, T> choices) => Choose(key, Text(key), choices);

    public IReadOnlyList<T> Choices<T>(string key, IReadOnlyDictionary<string, T> choices) =>
        [.. Texts(key).Select(text => Choose(key, text, choices))];

    public IReadOnlyList<string> Texts(string key)
    {
        if (Node(key) is YamlSequenceNode sequence && sequence.Children.Count > 0)
        {
            var texts = new List<string>();
            foreach (var child in sequence.Children)
            {
                if (child is YamlScalarNode { Value: { Length: > 0 } text })
                {
                    texts.Add(text);
                }
                else
                {
                    _problems.Add(new(
                        FileOf(key),
                        (int)child.Start.Line,
                        $"Each item of \"{Name(key)}\" must be a text. Quote an item that contains a colon followed by a space."));
                }
            }

            return texts;
        }

        Problem(key, Has(key) ? $"\"{Name(key)}\" must be a list with at least one item." : $"\"{Name(key)}\" is missing.");
        return [];
    }

    /// <summary>Reads a single text or a non-empty list of texts.</summary>
    public IReadOnlyList<string> TextOrTexts(string key) => Node(key) is YamlSequenceNode ? Texts(key) : [Text(key)];

    public FrontMatter? Section(string key)
    {
        if (Node(key) is YamlMappingNode mapping)
        {
            return new FrontMatter(FileOf(key), Name(key) + ".", mapping, _problems);
        }

        Problem(key, Has(key) ? $"\"{Name(key)}\" must have \"key: value\" lines below it." : $"\"{Name(key)}\" is missing.");
        return null;
    }

    public FrontMatter? OptionalSection(string key) => Has(key) ? Section(key) : Asked<FrontMatter>(key);

    public IReadOnlyList<T> Sections<T>(string key, Func<FrontMatter, T> read)
    {
        if (Node(key) is not YamlSequenceNode sequence || sequence.Children.Count == 0)
        {
            Problem(key, Has(key) ? $"\"{Name(key)}\" must be a list with at least one item." : $"\"{Name(key)}\" is missing.");
            return [];
        }

        var items = new List<T>();
        foreach (var child in sequence.Children)
        {
            if (child is YamlMappingNode mapping)
            {
                var item = new FrontMatter(FileOf(key), $"{Name(key)}[{items.Count + 1}].", mapping, _problems);
                items.Add(read(item));
                item.Finish();
            }
            else
            {
                _problems.Add(new(FileOf(key), (int)child.Start.Line, $"Each item of \"{Name(key)}\" must have \"key: value\" lines."));
            }
        }

        return items;
    }

    public IReadOnlyList<T> OptionalSections<T>(string key, Func<FrontMatter, T> read) =>
        Has(key) ? Sections(key, read) : Asked<IReadOnlyList<T>>(key) ?? [];

    public IReadOnlyList<string> OptionalTexts(string key) =>
        Node(key) is null or YamlSequenceNode { Children.Count: 0 } ? [] : Texts(key);

    /// <summary>Reads a list of lists of texts.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Lists(string key)
    {
        if (Node(key) is not YamlSequenceNode sequence || sequence.Children.Count == 0)
        {
            Problem(key, Has(key) ? $"\"{Name(key)}\" must be a list with at least one item." : $"\"{Name(key)}\" is missing.");
            return [];
        }

        var lists = new List<IReadOnlyList<string>>();
        foreach (var child in sequence.Children)
        {
            if (child is YamlSequenceNode { Children.Count: > 1 } list
                && list.Children.All(item => item is YamlScalarNode { Value.Length: > 0 }))
            {
                lists.Add([.. list.Children.Cast<YamlScalarNode>().Select(item => item.Value!)]);
            }
            else
            {
                _problems.Add(new(
                    FileOf(key),
                    (int)child.Start.Line,
                    $"Each item of \"{Name(key)}\" must be a list of two or more texts, like [soreness, sore muscles]."));
            }
        }

        return lists;
    }

    /// <summary>Reads a mapping whose keys are data, for example time zones or states.</summary>
    public IReadOnlyDictionary<string, string> Table(string key)
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Section(key) is { } section)
        {
            foreach (var name in section.Keys)
            {
                table[name] = section.Text(name);
            }
        }

        return table;
    }

    public string? OptionalText(string key) => Has(key) ? Text(key) : Asked<string>(key);

    public bool Has(string key) => HasItself(key) || _below?.Has(key) == true;

    public IReadOnlyList<string> Keys =>
    [
        .. (_below?.Keys ?? []).Union(
            _mapping.Children.Keys.OfType<YamlScalarNode>().Select(node => node.Value ?? ""),
            StringComparer.Ordinal),
    ];

    public void Finish()
    {
        foreach (var key in _mapping.Children.Keys.OfType<YamlScalarNode>().Where(key => !_asked.Contains(key.Value ?? "")))
        {
            _problems.Add(new(
                File,
                (int)key.Start.Line,
                IsTypedNormally(key.Value)
                    ? $"\"{Name(key.Value ?? "")}\" is not a key used here. Check its spelling in docs/content-guide.md."
                    : $"\"{Name(key.Value ?? "")}\" has a space or an invisible character, perhaps from copying. Type the line again."));
        }
    }

    /// <summary>Keys of the content are words without spaces; those of tables are time zones, states and terms.</summary>
    private static bool IsTypedNormally(string? key) => key is not null && key.All(char.IsAscii) && !key.Any(char.IsWhiteSpace);

    private delegate bool TryParse<T>(string text, out T value);

    private T Parsed<T>(string key, TryParse<T> parse, T standIn, string kind)
    {
        var text = Text(key);
        if (text.Length == 0)
        {
            return standIn;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Problem(key, $"\"{Name(key)}\" is \"{text}\". Write {kind}.");
        return standIn;
    }

    private T Choose<T>(string key, string text, IReadOnlyDictionary<string, T> choices)
    {
        if (text.Length > 0 && choices.TryGetValue(text, out var choice))
        {
            return choice;
        }

        if (text.Length > 0)
        {
            Problem(key, $"\"{Name(key)}\" is \"{text}\". Use one of: {string.Join(", ", choices.Keys)}.");
        }

        return choices.Values.First();
    }

    private string? Scalar(string key) => (Node(key) as YamlScalarNode)?.Value;

    private YamlNode? Node(string key)
    {
        _asked.Add(key);
        return _mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : _below?.Node(key);
    }

    private bool HasItself(string? key) => key is not null && _mapping.Children.ContainsKey(new YamlScalarNode(key));

    private T? Asked<T>(string key)
    {
        _asked.Add(key);
        return default;
    }

    private string Name(string key) => _path + key;

    /// <summary>The file that contains the key, or that should contain it.</summary>
    public string FileOf(string? key) => key is null || HasItself(key) || _below is null ? File : _below.FileOf(key);

    /// <summary>The line of an item of a list.</summary>
    public int LineOfItem(string key, int index) =>
        Node(key) is YamlSequenceNode sequence && index < sequence.Children.Count
            ? (int)sequence.Children[index].Start.Line
            : LineOf(key);

    public int LineOf(string? key)
    {
        if (key is not null && !HasItself(key) && _below is not null)
        {
            return _below.LineOf(key);
        }

        var mark = key is not null
            && _mapping.Children.Keys.FirstOrDefault(node => node is YamlScalarNode scalar && scalar.Value == key) is { } node
            ? node.Start
            : _mapping.Start;
        return (int)Math.Max(1, mark.Line);
    }
}
