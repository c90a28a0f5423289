using Quorate.Resp.Commands;
using Quorate.Resp.Info;
using Xunit;

namespace Quorate.Tests.Resp;

public sealed class CommandDocTests
{
    [Fact]
    public void Every_command_is_described_and_its_arguments_have_its_arity() => Assert.All(
        CommandTable.Default.All.SelectMany(spec => new[] { spec }.Concat(spec.Subcommands?.All ?? [])),
        spec =>
        {
            CommandDoc? doc = CommandDoc.Find(spec.Name);
            Assert.True(doc is { Summary.Length: > 0, Group.Length: > 0 }, $"{spec.Name} has no line in command-docs.txt");
            if (spec.Subcommands is not null) return;
            int words = doc.Arguments.Sum(argument => argument.LeastWords) + (spec.Name.Contains('|') ? 2 : 1);
            bool isOpen = doc.Arguments.Any(argument => argument.IsOptional || argument.IsRepeated);
            Assert.True(spec.Arity == (isOpen ? -words : words), $"{spec.Name}: arity {spec.Arity}, described {words}, open {isOpen}");
        });

    [Fact]
    public void Arguments_are_read_as_people_write_them()
    {
        ArgumentDoc[] set = ArgumentDoc.Parse("key... [NX|XX] [GET] [EX seconds|KEEPTTL] [start [end]] operation");
        Assert.Equal(["key", "oneof", "pure-token", "oneof", "block", "string"], set.Select(argument => argument.Type));
        Assert.Equal([false, true, true, true, true, false], set.Select(argument => argument.IsOptional));
        Assert.True(set[0].IsRepeated);
        Assert.Equal(("seconds", "EX", "integer"), (set[3].Choices[0].Name, set[3].Choices[0].Token, set[3].Choices[0].Type));
        Assert.Equal(("keepttl", "KEEPTTL", "pure-token"), (set[3].Choices[1].Name, set[3].Choices[1].Token, set[3].Choices[1].Type));
        Assert.Equal(["start", "end"], set[4].Parts.Select(part => part.Name));
        Assert.True(set[4].Parts[1].IsOptional);
    }
}
