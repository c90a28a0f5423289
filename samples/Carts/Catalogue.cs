namespace Carts;

/// <param name="Sku">Part of keys.</param>
internal sealed record Item(string Sku, string Name, decimal Price);

/// <summary>What there is to buy. It is fixed, so a cart is read without a search for its keys.</summary>
internal static class Catalogue
{
    public static readonly Item[] Items =
    [
        new("apple", "Apple", 0.40m),
        new("bread", "Rye bread", 3.20m),
        new("coffee", "Coffee, 500 g", 8.90m),
        new("pear", "Pear", 0.55m),
        new("tea", "Green tea, 100 g", 5.10m),
    ];

    public static Item? Find(string sku) => Array.Find(Items, item => item.Sku == sku);
}
