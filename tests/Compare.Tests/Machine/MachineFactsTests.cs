using System.Text.Json;
using Compare.Machine;
using Xunit;

namespace Compare.Tests.Machine;

public sealed class MachineFactsTests
{
    [Theory]
    [InlineData("processor\t: 0\nmodel name\t: Some CPU: 3 GHz\n", "model name", ':', "Some CPU: 3 GHz")]
    [InlineData("A=1\nPRETTY_NAME=\"x\"\n", "PRETTY_NAME", '=', "\"x\"")]
    [InlineData("A=1\n", "B", '=', "unknown")]
    public void A_value_is_found_by_its_key(string text, string key, char separator, string value) =>
        Assert.Equal(value, MachineFacts.ValueOf(text, key, separator));

    [Fact]
    public void Nothing_in_them_names_the_machine() =>
        Assert.DoesNotContain(Environment.MachineName, JsonSerializer.Serialize(MachineFacts.Read()).Split('"'));

    [Fact]
    public void Resident_memory_is_read_in_kilobytes_of_1024()
    {
        Assert.Equal(2048, ProcessMemory.ParseKilobytes("VmHWM:\t 9 kB\nVmRSS:\t    2048 kB\n", "VmRSS:"));
        Assert.Throws<FormatException>(() => ProcessMemory.ParseKilobytes("VmHWM:\t 9 kB\n", "VmRSS:"));
        Assert.InRange(ProcessMemory.ResidentMegabytes(Environment.ProcessId), 1, 100_000);
    }
}
