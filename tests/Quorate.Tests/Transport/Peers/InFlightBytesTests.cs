using Quorate.Core.Messages;
using Quorate.Transport.Peers;
using Xunit;

namespace Quorate.Tests.Transport.Peers;

public sealed class InFlightBytesTests
{
    [Fact]
    public void The_total_is_what_was_asked_and_not_answered_whatever_is_asked_of_a_place()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var inFlight = new InFlightBytes(10_000);
            var model = new Dictionary<ulong, long>();
            for (int step = 0; step < 2_000; step++)
            {
                uint slot = random.Next(20) switch { 0 => OperationId.MaxSlots - 1, 1 => (uint)random.Next(1 << 18), _ => (uint)random.Next(8) };
                var operation = new OperationId(slot, (uint)random.Next(3), (ushort)random.Next(2));
                if (random.Next(2) == 0)
                {
                    int bytes = random.Next(1, 500);
                    bool fits = model.Count == 0 || model.Values.Sum() + bytes <= 10_000;
                    Assert.Equal(fits, inFlight.TryAdd(operation, bytes));
                    if (fits) model[operation.Packed] = model.GetValueOrDefault(operation.Packed) + bytes;
                }
                else
                {
                    inFlight.Remove(operation);
                    model.Remove(operation.Packed);
                }

                Assert.Equal(model.Values.Sum(), inFlight.Total);
            }
        }
    }
}
