using Quorate.Cli.Client;
using Quorate.Server.Configuration;

namespace Quorate.Cli.Repair;

/// <summary>All nodes of a cluster, found through one of them, or that one alone.</summary>
internal sealed class RepairNodes : IDisposable
{
    private RepairNodes(IReadOnlyList<RepairNode> reached, IReadOnlyDictionary<string, string> missing)
    {
        Reached = reached;
        Missing = missing;
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<RepairNode> Reached { get; }

    /// <summary>By name, who could not be asked, and why.</summary>
    public IReadOnlyDictionary<string, string> Missing { get; }

    /// <exception cref="NodeException">Not even the first can be asked.</exception>
    public static async Task<RepairNodes> ConnectAsync(ListenAddress address, bool isOnly, CancellationToken cancelled)
    {
        RepairNode first = await RepairNode.ConnectAsync(address, cancelled);
        List<RepairNode> reached = [first];
        var missing = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (RepairNode.Member member in isOnly ? [] : first.Members.Where(member => member.Name != first.Name))
        {
            try
            {
                if (ListenAddress.TryParse(member.Resp, out ListenAddress its)) reached.Add(await RepairNode.ConnectAsync(its, cancelled));
                else missing[member.Name] = "it has no Redis listener";
            }
            catch (NodeException)
            {
                missing[member.Name] = $"not reached at {member.Resp}";
            }
        }

        return new RepairNodes([.. reached.OrderBy(node => node.Name, StringComparer.Ordinal)], missing);
    }

    public void Dispose()
    {
        foreach (RepairNode node in Reached) node.Dispose();
    }
}
