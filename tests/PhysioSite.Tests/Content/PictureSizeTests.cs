using System.Buffers.Binary;
using System.Text;
using PhysioSite.Content.Reading.Links;

namespace PhysioSite.Tests.Content;

/// <summary>The sizes of pictures, read from the first bytes of each format.</summary>
public sealed class PictureSizeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-pictures-").FullName;

    public static TheoryData<string, byte[], int, int> Pictures { get; } = new()
    {
        { "a.svg", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 52 640 208\"/>"), 640, 208 },
        { "b.svg", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"32.4\"/>"), 64, 32 },
        {
            "a.png",
            [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, .. Big32(800), .. Big32(600), .. new byte[8]],
            800,
            600
        },
        { "a.gif", [.. "GIF89a"u8, 0x20, 0x03, 0x58, 0x02, .. new byte[32]], 800, 600 },
        {
            "a.jpg",
            [0xFF, 0xD8, 0xFF, 0xE0, 0, 6, 0, 0, 0, 0, 0xFF, 0xC2, 0, 17, 8, 0x02, 0x58, 0x03, 0x20, .. new byte[32]],
            800,
            600
        },
        { "a.webp", [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 0x1F, 3, 0, 0x57, 2, 0, .. new byte[8]], 800, 600 },
        { "b.webp", [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8, .. new byte[10], 0x20, 3, 0x58, 2, .. new byte[8]], 800, 600 },
        {
            "a.avif",
            [0, 0, 0, 28, .. "ftypavif"u8, .. new byte[20], .. "ispe"u8, 0, 0, 0, 0, .. Big32(800), .. Big32(600), .. new byte[8]],
            800,
            600
        },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Read_APicture_IsItsSize(string name, byte[] bytes, int width, int height)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);

        Assert.Equal(new PictureSize(width, height), PictureSize.Read(path));
    }

    [Theory]
    [InlineData("a.svg", "<svg")]
    [InlineData("a.png", "not a picture at all, but long enough to have a size")]
    [InlineData("a.jpg", "")]
    public void Read_WhatIsNoPicture_IsNull(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);

        Assert.Null(PictureSize.Read(path));
        Assert.Null(PictureSize.Read(path + ".missing"));
    }

    private static byte[] Big32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
