using System.Text;
using PhysioSite.Web.Caching;

namespace PhysioSite.Tests.Web.Caching;

public sealed class IndentationTests
{
    [Theory]
    [InlineData("<ul>\n  <li>One\n\n    two</li>\r\n</ul>", "<ul>\n<li>One\ntwo</li>\n</ul>\n")]
    [InlineData("<p>a  b</p>", "<p>a  b</p>\n")]
    [InlineData("", "")]
    [InlineData("<pre>a\n  b</pre>\n  <p>", "<pre>a\n  b</pre>\n  <p>")]
    [InlineData("<textarea>\n  b</textarea>", "<textarea>\n  b</textarea>")]
    public void Page_WithIndentation_LosesItExceptWhereItIsText(string html, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Indentation.Remove(Encoding.UTF8.GetBytes(html))));
}
