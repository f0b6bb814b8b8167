using System.Text;
using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HpackStaticTableTests
{
    [Theory]
    [InlineData(1, ":authority", "")]
    [InlineData(2, ":method", "GET")]
    [InlineData(3, ":method", "POST")]
    [InlineData(4, ":path", "/")]
    [InlineData(5, ":path", "/index.html")]
    [InlineData(6, ":scheme", "http")]
    [InlineData(7, ":scheme", "https")]
    [InlineData(8, ":status", "200")]
    [InlineData(14, ":status", "500")]
    [InlineData(16, "accept-encoding", "gzip, deflate")]
    [InlineData(19, "accept", "")]
    [InlineData(23, "authorization", "")]
    [InlineData(28, "content-length", "")]
    [InlineData(31, "content-type", "")]
    [InlineData(32, "cookie", "")]
    [InlineData(33, "date", "")]
    [InlineData(38, "host", "")]
    [InlineData(46, "location", "")]
    [InlineData(50, "range", "")]
    [InlineData(54, "server", "")]
    [InlineData(55, "set-cookie", "")]
    [InlineData(57, "transfer-encoding", "")]
    [InlineData(58, "user-agent", "")]
    [InlineData(61, "www-authenticate", "")]
    public void An_index_names_the_field_of_the_RFC(int index, string name, string value)
    {
        var field = HpackStaticTable.Get(index);
        Assert.Equal(name, Encoding.ASCII.GetString(field.Name));
        Assert.Equal(value, Encoding.ASCII.GetString(field.Value));
    }

    [Fact]
    public void Regular_names_stand_in_the_order_of_the_alphabet()
    {
        // The RFC's table does, but for "accept" behind the names that begin with it: a name lost or twice would show.
        var names = Enumerable.Range(15, HpackStaticTable.Count - 14).Select(i => Encoding.ASCII.GetString(HpackStaticTable.Get(i).Name))
            .Where(name => name != "accept").ToArray();
        Assert.Equal(names.Order(StringComparer.Ordinal).Distinct(), names);
        Assert.Equal(46, names.Length);
    }

    [Theory]
    [InlineData(1, (int)KnownHeader.Authority)]
    [InlineData(3, (int)KnownHeader.Method)]
    [InlineData(5, (int)KnownHeader.Path)]
    [InlineData(7, (int)KnownHeader.Scheme)]
    [InlineData(14, (int)KnownHeader.Status)]
    [InlineData(28, (int)KnownHeader.ContentLength)]
    [InlineData(31, (int)KnownHeader.ContentType)]
    [InlineData(58, (int)KnownHeader.Other)]
    public void Entries_know_what_their_names_are_to_the_server(int index, int known) =>
        Assert.Equal((KnownHeader)known, HpackStaticTable.Get(index).Known);
}
