using System.Text;
using Quorate.Resp.PubSub;
using Xunit;

namespace Quorate.Tests.Resp;

public class GlobTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a*c", "abbb", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("h?llo", "hello", true)]
    [InlineData("h?llo", "hllo", false)]
    [InlineData("h[ae]llo", "hallo", true)]
    [InlineData("h[ae]llo", "hillo", false)]
    [InlineData("h[^e]llo", "hallo", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[a-c]llo", "hbllo", true)]
    [InlineData("h[c-a]llo", "hbllo", true)]
    [InlineData("h[a-c]llo", "hdllo", false)]
    [InlineData("h\\*llo", "h*llo", true)]
    [InlineData("h\\*llo", "hello", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[abc", "b", true)]
    [InlineData("Save", "save", false)]
    public void Patterns_match_as_in_Redis(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Glob.Matches(Encoding.ASCII.GetBytes(pattern), Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Case_is_ignored_where_asked() => Assert.True(Glob.Matches("APPEND*"u8, "appendonly"u8, ignoreCase: true));

    [Fact]
    public void A_hostile_pattern_ends_soon()
    {
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 30)) + "b");
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 5_000));

        Assert.False(Glob.Matches(pattern, text));
    }
}
