using FeatureModel.Values;

namespace FeatureModel.Tests.Values;

public sealed class FeatureDataTypesTests
{
    [Fact]
    public void Every_type_has_a_name_that_leads_back_to_it()
    {
        foreach (var type in Enum.GetValues<FeatureDataType>())
        {
            Assert.True(FeatureDataTypes.TryParse(type.Name(), out var parsed), type.ToString());
            Assert.Equal(type, parsed);
        }
        Assert.False(FeatureDataTypes.TryParse("decimal", out _));
        Assert.False(FeatureDataTypes.TryParse(null, out _));
    }

    [Theory]
    [InlineData(FeatureDataType.FloatList, FeatureDataType.Float)]
    [InlineData(FeatureDataType.UnixTimestampList, FeatureDataType.UnixTimestamp)]
    [InlineData(FeatureDataType.Int64, FeatureDataType.Int64)]
    public void A_list_knows_its_element(FeatureDataType type, FeatureDataType element) => Assert.Equal(element, type.Element());
}
