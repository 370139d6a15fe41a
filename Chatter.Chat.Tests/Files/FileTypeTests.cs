using System.Text;
using Chatter.Chat.Files;
using Chatter.Chat.Tests.Support;
using SkiaSharp;
using Xunit;

namespace Chatter.Chat.Tests.Files;

/// <summary>A file is what its bytes say, as long as nobody says otherwise.</summary>
public sealed class FileTypeTests
{
    [Fact]
    public void Pictures_are_known_by_their_first_bytes()
    {
        Assert.Equal(FileType.Png, FileType.Of(Pictures.Png()));
        Assert.Equal(FileType.Jpeg, FileType.Of(Pictures.Photo()));
        Assert.Equal(FileType.Webp, FileType.Of(Pictures.Webp()));
        Assert.Equal(FileType.Gif, FileType.Of(Pictures.Gif()));
        Assert.Equal(FileType.Jpeg, FileType.Of(Pictures.Encode(1, 1, SKEncodedImageFormat.Jpeg)));
    }

    [Theory]
    [InlineData("%PDF-1.7", "application/pdf")]
    [InlineData("\0\0\0\u0018ftypisom", "video/mp4")]
    [InlineData("\0\0\0\u0018ftypM4A ", "audio/mp4")]
    [InlineData("\0\0\0\u0018ftypheic", "application/octet-stream")]
    [InlineData("OggS\0\u0002", "audio/ogg")]
    [InlineData("ID3\u0004", "audio/mpeg")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>", "application/octet-stream")]
    [InlineData("<!doctype html><script>alert(1)</script>", "application/octet-stream")]
    [InlineData("<?xml version=\"1.0\"?><svg/>", "application/octet-stream")]
    [InlineData("hello", "application/octet-stream")]
    [InlineData("", "application/octet-stream")]
    public void Other_types_are_a_short_list(string head, string type) => Assert.Equal(type, FileType.Of(Encoding.Latin1.GetBytes(head)));

    [Theory]
    [InlineData("image/png", "a.png", "image/png", "image/png")]
    [InlineData("image/png", "a.PNG", null, "image/png")]
    [InlineData("image/png", "screenshot", "IMAGE/PNG; charset=utf-8", "image/png")]
    [InlineData("image/jpeg", "a.jpg", "image/jpg", "image/jpeg")]
    [InlineData("image/png", "a.html", "image/png", "application/octet-stream")]
    [InlineData("image/png", "a.png", "text/html", "application/octet-stream")]
    [InlineData("image/png", "a.svg", "image/svg+xml", "application/octet-stream")]
    [InlineData("image/jpeg", "a.png", null, "application/octet-stream")]
    [InlineData("application/pdf", "a.exe", null, "application/octet-stream")]
    [InlineData("application/octet-stream", "a.png", "image/png", "application/octet-stream")]
    [InlineData("image/gif", "a.gif", "application/octet-stream", "image/gif")]
    public void Where_bytes_name_and_sender_differ_it_is_to_be_saved(string found, string name, string? declared, string expected) =>
        Assert.Equal(expected, FileType.Agreed(found, name, declared));
}
