using System.Globalization;

namespace Quorate.Cli.Dev;

/// <summary>One node of a dev cluster, as it is started.</summary>
internal sealed record DevNode(string Name, int Resp, int RespCluster, int Http, int Peer, string Data, IReadOnlyList<string> Arguments)
{
    public IEnumerable<(int Port, string Purpose)> Ports =>
        [(Resp, "Redis"), (RespCluster, "Redis Cluster"), (Http, "HTTP"), (Peer, "peers")];

    public string[] Row(int processId) =>
        [Name, Address(Resp), Address(RespCluster), Address(Http), Address(Peer), processId.ToString(CultureInfo.InvariantCulture)];

    private static string Address(int port) => $"127.0.0.1:{port}";
}
