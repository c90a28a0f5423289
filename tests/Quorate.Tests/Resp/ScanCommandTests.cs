using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Resp;

public class ScanCommandTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _client;

    public ScanCommandTests() => _client = _server.Connect();

    [Fact]
    public void A_scan_goes_through_all_keys_by_its_cursor()
    {
        string[] keys = Fill(35);
        var seen = new List<string>();
        string cursor = "0";
        do
        {
            string[] words = _client.Say($"SCAN {cursor}").Split(' ');
            Assert.Equal("*2", words[0]);
            cursor = words[2];
            int count = int.Parse(words[3][1..]);
            Assert.InRange(count, 0, 10);
            for (int i = 0; i < count; i++) seen.Add(words[5 + i * 2]);
        }
        while (cursor != "0");

        Assert.Equal(keys.Order(), seen.Order());
    }

    [Fact]
    public void A_scan_is_narrowed_by_pattern_and_type()
    {
        Fill(3);
        Assert.Equal("*2 $1 0 *1 $2 k1", _client.Say("SCAN 0 MATCH *1 COUNT 100"));
        Assert.Equal("*2 $1 0 *0", _client.Say("SCAN 0 TYPE hash"));
        Assert.Equal(_client.Say("SCAN 0"), _client.Say("SCAN 0 type STRING"));
    }

    [Fact]
    public void All_keys_are_listed_however_many_calls_it_takes()
    {
        string[] keys = Fill(50);
        _server.Database.PageKeys = 7;
        string reply = _client.Say("KEYS *");
        Assert.StartsWith("*50 ", reply);
        Assert.All(keys, key => Assert.Contains($" {key}", reply));
        Assert.Equal("*1 $3 k42", _client.Say("KEYS *42"));
        Assert.Equal("*0", _client.Say("KEYS z*"));
    }

    [Fact]
    public void A_random_key_is_one_that_is_there_and_not_always_the_same()
    {
        Assert.Equal("$-1", _client.Say("RANDOMKEY"));
        string[] keys = Fill(20);
        _server.Database.PageKeys = 3;
        string[] drawn = [.. Enumerable.Range(0, 50).Select(_ => _client.Say("RANDOMKEY").Split(' ')[1])];
        Assert.All(drawn, key => Assert.Contains(key, keys));
        Assert.NotEqual(1, drawn.Distinct().Count());
    }

    [Fact]
    public void The_keys_of_a_slot_are_counted_and_named()
    {
        TestClient cluster = _server.Connect(cluster: true);
        cluster.Say("SET {a}1 x", "SET {a}2 x", "SET b x");
        int slot = Slot.Of("a"u8);
        Assert.Equal(":2", cluster.Say($"CLUSTER COUNTKEYSINSLOT {slot}"));
        Assert.Equal(":0", cluster.Say($"CLUSTER COUNTKEYSINSLOT {slot ^ 1}"));
        Assert.StartsWith("*2 $4 {a}", cluster.Say($"CLUSTER GETKEYSINSLOT {slot} 10"));
        Assert.StartsWith("*1 $4 {a}", cluster.Say($"CLUSTER GETKEYSINSLOT {slot} 1"));
        Assert.Equal("*0", cluster.Say($"CLUSTER GETKEYSINSLOT {slot} 0"));
        Assert.Equal("-ERR Invalid slot", cluster.Say("CLUSTER COUNTKEYSINSLOT 16384"));
    }

    [Fact]
    public void Scans_see_the_writes_before_them()
    {
        _server.Database.Holds = true;
        _client.Send("SET a 1", "SCAN 0", "SET b 2");
        Assert.Equal(["write a"], _server.Database.Pending);
        _server.Database.End("write a");
        Assert.Equal(["scan"], _server.Database.Pending);
        _server.Database.EndAll();
        Assert.Equal("+OK *2 $1 0 *1 $1 a +OK", _client.Hear());
    }

    [Theory]
    [InlineData("SCAN a", "invalid cursor")]
    [InlineData("SCAN 18446744073709551615", "invalid cursor")]
    [InlineData("SCAN 0 COUNT 0", "syntax error")]
    [InlineData("SCAN 0 COUNT a", "value is not an integer or out of range")]
    [InlineData("SCAN 0 MATCH", "syntax error")]
    [InlineData("SCAN 0 FOO bar", "syntax error")]
    [InlineData("KEYS", "wrong number of arguments for 'keys' command")]
    public void What_is_wrong_is_said_in_Redis_words(string command, string error) => Assert.Equal("-ERR " + error, _client.Say(command));

    private string[] Fill(int count)
    {
        string[] keys = [.. Enumerable.Range(0, count).Select(number => $"k{number}")];
        foreach (string key in keys) _client.Say($"SET {key} x");
        return keys;
    }
}
