using Quorate;

namespace Carts;

internal sealed record CartLine(string Sku, int Quantity, decimal Price);

internal sealed record Cart(string Id, CartLine[] Lines, decimal Total);

/// <summary>Carts in Quorate.</summary>
internal sealed class CartStore(QuorateDatabase database)
{
    public const int MaxQuantity = 999;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private readonly QuorateKeyspace _keyspace = database.Keyspace();

    public async Task SetAsync(string cart, Item item, int quantity)
    {
        if (quantity == 0) await _keyspace.DeleteAsync(KeyOf(cart, item));
        else await _keyspace.PutAsync(KeyOf(cart, item), quantity, KeptFor);
    }

    public async Task<Cart> ReadAsync(string cart, CancellationToken cancellationToken)
    {
        GetResult<int>[] found = await Task.WhenAll(
            Catalogue.Items.Select(item => _keyspace.GetAsync<int>(KeyOf(cart, item), cancellationToken: cancellationToken).AsTask()));
        CartLine[] lines = [.. Catalogue.Items.Zip(found).Where(pair => pair.Second.Found)
            .Select(pair => new CartLine(pair.First.Sku, pair.Second.Value, pair.First.Price))];
        return new Cart(cart, lines, lines.Sum(line => line.Quantity * line.Price));
    }

    // One key an item: of two writes to one key only the later stays, so people who put different things into one cart at once must not
    // share a key. And a quantity is set, never incremented: after an unknown outcome it can be set again, and is not counted twice.
    // What is in braces, the hash tag, chooses the replicas: all of a cart is on the same ones.
    private static QuorateKey KeyOf(string cart, Item item) => $"{{{cart}}}:{item.Sku}";
}
