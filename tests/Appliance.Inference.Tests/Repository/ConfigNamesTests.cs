using Appliance.Inference.Repository;
using Contracts.Inference;

namespace Appliance.Inference.Tests.Repository;

public sealed class ConfigNamesTests
{
    [Fact]
    public void Every_type_has_the_name_that_a_configuration_writes() => Assert.Equal(
        [
            "TYPE_INVALID", "TYPE_BOOL", "TYPE_UINT8", "TYPE_UINT16", "TYPE_UINT32", "TYPE_UINT64", "TYPE_INT8", "TYPE_INT16", "TYPE_INT32", "TYPE_INT64",
            "TYPE_FP16", "TYPE_FP32", "TYPE_FP64", "TYPE_STRING", "TYPE_BF16",
        ],
        Enum.GetValues<DataType>().Select(t => t.ConfigName()));
}
