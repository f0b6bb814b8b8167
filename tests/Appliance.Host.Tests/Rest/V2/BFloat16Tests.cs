using Appliance.Host.Rest.V2;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class BFloat16Tests
{
    [Fact]
    public void Every_finite_value_survives_the_way_to_a_double_and_back()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var value = BFloat16.ToSingle((ushort)bits);
            if (float.IsNaN(value)) Assert.True(float.IsNaN(BFloat16.ToSingle(BFloat16.FromDouble(value))));
            else Assert.Equal((ushort)bits, BFloat16.FromDouble(value));
        }
    }

    [Theory]
    [InlineData(1.00390625, 0x3F80)] // half way between 1 and the next: to even
    [InlineData(1.01171875, 0x3F82)] // half way the other way: to even again
    [InlineData(1.0039062500000002, 0x3F81)] // a hair above half way: up, although a float in between would sit exactly half way
    [InlineData(-1.0039062500000002, 0xBF81)]
    [InlineData(1e-45, 0x0000)]
    [InlineData(1e39, 0x7F80)]
    [InlineData(-1e300, 0xFF80)]
    public void Values_in_between_go_to_the_nearest_ties_to_even(double value, int bits) =>
        Assert.Equal((ushort)bits, BFloat16.FromDouble(value));

    [Fact]
    public void Every_double_in_a_sample_goes_to_one_of_its_two_neighbours_whichever_is_nearer()
    {
        var random = new Random(20261123);
        for (var i = 0; i < 100_000; i++)
        {
            var value = (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-120, 120));
            var got = BFloat16.FromDouble(value);
            var error = Math.Abs(BFloat16.ToSingle(got) - value);
            Assert.True(error <= Math.Abs(BFloat16.ToSingle((ushort)(got + 1)) - value), $"{value:R} is nearer to the next value");
            if ((got & 0x7FFF) != 0) Assert.True(error <= Math.Abs(BFloat16.ToSingle((ushort)(got - 1)) - value), $"{value:R} is nearer to the previous value");
        }
    }
}
