using Quorate.Coordinator;
using Quorate.Core.Messages;

namespace Quorate.Tests.Node;

/// <summary>A peer that is there, and that nobody may ask anything but what a test says.</summary>
internal abstract class StubPeer(string address) : IPeer
{
    public string Address => address;

    public virtual Hello Hello => throw new NotSupportedException();

    public long? ClockOffset => null;

    public bool IsReachable => true;

    public virtual bool Walk(WalkRequest request, OperationId operation) => throw new NotSupportedException();

    public bool Ask(in AskRequest request, OperationId operation) => throw new NotSupportedException();

    public void Drop(string reason) => throw new NotSupportedException();

    public void Put(in PutRequest request, OperationId operation) => throw new NotSupportedException();

    public void Get(in GetRequest request, OperationId operation) => throw new NotSupportedException();

    public void Edit(in EditRequest request, OperationId operation) => throw new NotSupportedException();

    public void Count(in CountRequest request, OperationId operation) => throw new NotSupportedException();

    public void Scan(in ScanRequest request, OperationId operation) => throw new NotSupportedException();

    public void Clear(in ClearRequest request, OperationId operation) => throw new NotSupportedException();
}
