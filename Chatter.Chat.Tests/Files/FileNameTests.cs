using Chatter.Chat.Files;
using Xunit;

namespace Chatter.Chat.Tests.Files;

/// <summary>A file's name is for people and their disks, and for nothing else.</summary>
public sealed class FileNameTests
{
    [Theory]
    [InlineData("tomatoes.jpg", "tomatoes.jpg")]
    [InlineData("Gärten im März.png", "Gärten im März.png")]
    [InlineData("Ga\u0308rten.png", "Gärten.png")]
    [InlineData("../../../etc/passwd", "passwd")]
    [InlineData("..\\..\\windows\\win.ini", "win.ini")]
    [InlineData("/", "file")]
    [InlineData("..", "file")]
    [InlineData(".htaccess", "htaccess")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData("a\0b.txt", "ab.txt")]
    [InlineData("a\r\nSet-Cookie: x=y.txt", "aSet-Cookie_ x=y.txt")]
    [InlineData("photo\u202Egpj.exe", "photogpj.exe")]
    [InlineData("\u2066x\u2069.pdf", "x.pdf")]
    [InlineData("a\u200Bb\uFEFF.txt", "ab.txt")]
    [InlineData("\"quoted\".txt", "_quoted_.txt")]
    [InlineData("<script>alert(1)</script>.svg", "script_.svg")]
    [InlineData("a:b|c?d*.txt", "a_b_c_d_.txt")]
    [InlineData("report.pdf . . ", "report.pdf")]
    [InlineData("نامه\u200Cها.pdf", "نامه\u200Cها.pdf")]
    [InlineData("🍅.png", "🍅.png")]
    [InlineData("a\u2028b.txt", "ab.txt")]
    [InlineData("a\u00A0b.txt", "a b.txt")]
    public void A_name_is_what_people_see(string? name, string expected) => Assert.Equal(expected, FileName.Clean(name));

    [Fact]
    public void Half_a_character_is_none() => Assert.Equal("half _.txt", FileName.Clean("half \uD83D.txt"));

    [Fact]
    public void A_long_name_keeps_its_end_and_is_no_half_of_anything()
    {
        Assert.Equal(new string('x', FileName.MaxLength - 4) + ".pdf", FileName.Clean(new string('x', 999) + ".pdf"));
        Assert.Equal(FileName.MaxLength - 1, FileName.Clean("x" + string.Concat(Enumerable.Repeat("🍅", 300))).Length);
        Assert.Equal(FileName.MaxLength, FileName.Clean("x." + new string('y', 400)).Length);
    }

    [Fact]
    public void A_clean_name_stays_as_it_is() =>
        CsCheck.Check.Sample(CsCheck.Gen.String, static name => Assert.Equal(FileName.Clean(name), FileName.Clean(FileName.Clean(name))), iter: 20_000, threads: 1);
}
