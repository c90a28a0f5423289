using System.Text;
using System.Text.Json;
using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Tests.Server;
using Xunit;

// Requests of this database are answered at once.
#pragma warning disable xUnit1051

namespace Quorate.Tests.Coordinator.Application;

public sealed class TypedValueTests
{
    private readonly FakeDatabase _fake = new();
    private readonly QuorateKeyspace _keys;

    public TypedValueTests() => _keys = Over().Keyspace();

    [Fact]
    public async Task A_value_is_kept_as_json_with_its_content_type_and_read_as_what_it_was()
    {
        PutResult put = await _keys.PutAsync("cart", new Cart("ada", 3));
        GetResult<Cart> cart = await _keys.GetAsync<Cart>("cart");
        GetResult bytes = await _keys.GetAsync("cart");

        Assert.Equal((true, new Cart("ada", 3), put.Version), (cart.Found, cart.Value, cart.Version));
        Assert.Equal("""{"owner":"ada","apples":3}""", Encoding.UTF8.GetString(bytes.Value.Span));
        Assert.Equal("application/json", bytes.ContentType);
    }

    [Fact]
    public async Task Where_there_is_no_value_there_is_none_of_any_type()
    {
        GetResult<int> number = await _keys.GetAsync<int>("nothing");
        Assert.Equal((false, 0), (number.Found, number.Value));
    }

    [Fact]
    public async Task Bytes_stay_bytes_whatever_they_are_given_as()
    {
        await _keys.PutAsync("a", "array"u8.ToArray());
        await _keys.PutAsync("m", new Memory<byte>("memory"u8.ToArray()));
        await _keys.PutAsync("r", new ReadOnlyMemory<byte>("read-only"u8.ToArray()), contentType: "text/plain");

        Assert.Equal("array", Encoding.UTF8.GetString((await _keys.GetAsync<byte[]>("a")).Value!));
        Assert.Equal("memory", Encoding.UTF8.GetString((await _keys.GetAsync<Memory<byte>>("m")).Value.Span));
        Assert.Equal("read-only", Encoding.UTF8.GetString((await _keys.GetAsync<ReadOnlyMemory<byte>>("r")).Value.Span));
        Assert.Equal(("", "text/plain"), ((await _keys.GetAsync("a")).ContentType, (await _keys.GetAsync("r")).ContentType));
    }

    [Fact]
    public async Task A_value_that_is_no_such_thing_is_refused_with_what_there_is()
    {
        await _keys.PutAsync("cart", "three apples"u8.ToArray().AsMemory(), contentType: "text/plain");

        var unreadable = await Assert.ThrowsAsync<UnreadableValueException>(async () => await _keys.GetAsync<Cart>("cart"));

        Assert.Contains("(12 bytes, content type 'text/plain', version ", unreadable.Message);
        Assert.Contains("cannot be read as Quorate.Tests.Coordinator.Application.TypedValueTests+Cart", unreadable.Message);
        Assert.IsType<JsonException>(unreadable.InnerException);
        Assert.Equal("three apples", Encoding.UTF8.GetString(unreadable.Found.Value.Span));
    }

    [Fact]
    public async Task An_application_chooses_how_its_values_are_written()
    {
        QuorateKeyspace keys = Over(new JsonValueSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper })).Keyspace();
        await keys.PutAsync("cart", new Cart("ada", 3));
        Assert.Equal("""{"OWNER":"ada","APPLES":3}""", Encoding.UTF8.GetString((await keys.GetAsync("cart")).Value.Span));
    }

    [Theory]
    [InlineData("text/plain; charset=ütf")]
    [InlineData(null)]
    public async Task A_content_type_that_could_not_be_kept_is_refused(string? contentType) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await _keys.PutAsync("k", "v"u8.ToArray().AsMemory(), contentType: contentType ?? new string('a', 256)));

    private QuorateDatabase Over(IValueSerializer? serializer = null) =>
        new(new DatabaseFacade(new InlineLoop(), _fake), TimeProvider.System, serializer);

    private sealed record Cart(string Owner, int Apples);
}
