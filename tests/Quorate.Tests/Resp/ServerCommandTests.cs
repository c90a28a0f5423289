using Quorate.Resp.Commands;
using Quorate.Resp.Protocol;
using Xunit;

namespace Quorate.Tests.Resp;

public class ServerCommandTests
{
    [Fact]
    public void Clients_know_themselves_and_the_others()
    {
        var server = new TestServer();
        TestClient other = server.Connect();
        other.Say("HELLO 3 SETNAME other", "SUBSCRIBE news");
        server.Loop.Now += 3_000;
        Transcript.Run(
            """
            > CLIENT ID
            :2
            > CLIENT SETNAME me
            +OK
            > CLIENT SETINFO LIB-NAME redis-py
            +OK
            > CLIENT SETINFO LIB-VER 5.0
            +OK
            > CLIENT SETINFO LIB-FOO 5.0
            -ERR Unrecognized option 'LIB-FOO'
            > CLIENT SETINFO LIB-NAME "a b"
            -ERR lib-name cannot contain spaces, newlines or special characters.
            > CLIENT INFO
            $192 id=2 addr=127.0.0.1:50000 laddr=127.0.0.1:6401 name=me age=0 idle=0 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 omem=0 cmd=client|info user=default redir=-1 resp=2 lib-name=redis-py lib-ver=5.0
            > CLIENT LIST TYPE pubsub
            $182 id=1 addr=127.0.0.1:50000 laddr=127.0.0.1:6401 name=other age=3 idle=3 flags=P db=0 sub=1 psub=0 ssub=0 multi=-1 omem=0 cmd=subscribe user=default redir=-1 resp=3 lib-name= lib-ver=
            > CLIENT LIST ID 77
            $0
            > CLIENT LIST ID
            -ERR syntax error
            > CLIENT LIST TYPE foo
            -ERR Unknown client type 'foo'
            > CLIENT NO-EVICT on
            +OK
            > CLIENT NO-TOUCH maybe
            -ERR syntax error
            """,
            server: server);
        Assert.Contains("name=me", other.Say("CLIENT LIST"));
    }

    [Fact]
    public void Configuration_is_shown_and_left_alone() => Transcript.Run("""
        > CONFIG GET save
        *2 $4 save $0
        > CONFIG GET SLAVE-READ* nosuch databases data*
        *4 $9 databases $2 16 $15 slave-read-only $3 yes
        > CONFIG GET nosuch
        *0
        > CONFIG SET save "900 1"
        +OK
        > CONFIG SET timeout 10 tcp-keepalive 60
        +OK
        > CONFIG SET maxmemory 0
        +OK
        > CONFIG SET maxmemory 100mb
        -ERR CONFIG SET failed (possibly related to argument 'maxmemory') - can't set immutable config
        > CONFIG SET foo bar
        -ERR Unknown option or number of arguments for CONFIG SET - 'foo'
        > CONFIG SET save
        -ERR wrong number of arguments for 'config|set' command
        > CONFIG GET
        -ERR wrong number of arguments for 'config|get' command
        > CONFIG RESETSTAT
        +OK
        > CONFIG REWRITE
        -ERR The server is running without a config file
        > CONFIG FOO
        -ERR unknown subcommand 'FOO'. Try CONFIG HELP.
        """);

    [Theory]
    [InlineData("fsync", "yes", "always", 1)]
    [InlineData("periodic", "yes", "everysec", 1)]
    [InlineData("memory", "no", "everysec", 0)]
    public void Configuration_tells_the_nodes_durability_in_Redis_words(string durability, string log, string fsync, int enabled)
    {
        var server = new TestServer();
        server.Admin.Durability = durability;
        TestClient client = server.Connect();

        Assert.Equal($"*4 $11 appendfsync ${fsync.Length} {fsync} $10 appendonly ${log.Length} {log}", client.Say("CONFIG GET append*"));
        Assert.Contains($"aof_enabled:{enabled}", client.Say("INFO persistence"));
    }

    [Fact]
    public void Configuration_tells_how_much_a_subscriber_may_leave_unread_and_does_not_pretend_to_change_it() => Transcript.Run(
        """
        > CONFIG GET client-output*
        *2 $26 client-output-buffer-limit $43 normal 0 0 0 slave 0 0 0 pubsub 7000000 0 0
        > CONFIG SET client-output-buffer-limit "pubsub 0 0 0"
        -ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - can't set immutable config
        """,
        server: new TestServer(RespLimits.Default with { MaxPushBytes = 7_000_000 }));

    [Fact]
    public void Info_has_what_tools_look_for_and_a_section_of_our_own()
    {
        TestClient client = new TestServer().Connect();
        string all = client.Say("INFO");

        foreach (string line in new[]
        {
            "# Server redis_version:7.2.0 redis_mode:standalone", "# Clients connected_clients:1", "loading:0", "role:master",
            "value_memory:2048 value_memory_limit:4096", "log_disk_bytes:5000 log_live_bytes:3000 log_dead_bytes:1000",
            "cluster_enabled:0", "# Keyspace", "maxclients:10000", "rejected_connections:0", "hints:5 hints_dropped:1", "# Quorate node_id:0000000000000001 node_name:node-1", "coordinated_repairs:3",
            "peer0:address=127.0.0.1:7402,id=0000000000000002,name=node-2,connected=1",
            "repair0:name=node-2,rounds=8,partitions=2,fetched=5,given=4",
            "hints0:name=node-2,counted=2,uncounted=3,bytes=450,handed_over=7,under_way=1",
        })
        {
            Assert.Contains(line, all);
        }

        Assert.Equal("$30 # Cluster cluster_enabled:0", client.Say("INFO cluster"));
        Assert.Equal("$0", client.Say("INFO nosuch"));
        client.Say("HELLO 3");
        Assert.StartsWith("=", client.Say("INFO server"));
    }

    [Fact]
    public void The_table_of_commands_tells_where_keys_are() => Transcript.Run($"""
        > COMMAND COUNT
        :{CommandTable.Default.All.Count}
        > COMMAND DOCS nosuch
        *0
        > COMMAND DOCS persist
        *2 $7 persist *10 $7 summary $25 Lets a key live for ever. $5 since $5 2.2.0 $5 group $7 generic $10 complexity $4 O(1) $9 arguments *1 *6 $4 name $3 key $4 type $3 key $12 display_text $3 key
        > COMMAND DOCS object|help
        *2 $11 object|help *8 $7 summary $18 What can be asked. $5 since $5 6.2.0 $5 group $7 generic $10 complexity $4 O(1)
        > COMMAND INFO get nosuch
        *2 *10 $3 get :2 *2 +readonly +fast :1 :1 :1 *0 *0 *0 *0 $-1
        > COMMAND INFO mset
        *1 *10 $4 mset :-3 *1 +write :1 :-1 :2 *0 *0 *0 *0
        > COMMAND GETKEYS MSET a 1 b 2
        *2 $1 a $1 b
        > COMMAND GETKEYS QUORATE.WITH R 1 TIMEOUT 5 GET a
        *1 $1 a
        > COMMAND GETKEYS PING
        -ERR The command has no key arguments
        > COMMAND GETKEYS GET
        -ERR Invalid number of arguments specified for command
        > COMMAND GETKEYS foo a
        -ERR Invalid command specified
        > COMMAND LIST FILTERBY PATTERN *expire
        *2 $6 expire $7 pexpire
        > COMMAND LIST FOO
        -ERR syntax error
        > COMMAND FOO
        -ERR unknown subcommand 'FOO'. Try COMMAND HELP.
        """);

    [Theory]
    [InlineData("client")]
    [InlineData("cluster")]
    [InlineData("command")]
    [InlineData("config")]
    [InlineData("object")]
    public void Help_lists_every_subcommand_in_two_lines(string container)
    {
        int count = CommandTable.Default.FindByName(System.Text.Encoding.ASCII.GetBytes(container))!.Subcommands!.All.Count;

        string reply = new TestServer().Connect().Say(container + " HELP");

        Assert.StartsWith($"*{1 + count * 2} +{container.ToUpperInvariant()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", reply);
        Assert.Contains("+HELP +    What can be asked.", reply);
    }

    [Fact]
    public void Every_command_of_the_table_answers_something()
    {
        var server = new TestServer();
        foreach (CommandSpec spec in CommandTable.Default.All)
        {
            foreach (bool cluster in new[] { false, true })
            {
                foreach (string words in new[] { "", " 1", " 1 2", " get x", " info" })
                {
                    Assert.NotEqual("", server.Connect(cluster).Say(spec.Name + words));
                }
            }
        }
    }
}
