using Compare.Machine;
using Xunit;

namespace Compare.Tests.Machine;

public sealed class CommandLineTests
{
    [Fact]
    public void What_a_program_prints_comes_back() => Assert.Equal("a b\n", CommandLine.Run("/bin/echo", ["a b"]));

    [Fact]
    public void A_failure_carries_the_code_and_what_was_said()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => CommandLine.Run("/bin/sh", ["-c", "echo out; echo why >&2; exit 3"]));

        Assert.Equal("/bin/sh ended with 3: why out", failure.Message);
    }

    [Fact]
    public void A_program_that_fills_both_pipes_still_ends() =>
        Assert.Equal(200_000, CommandLine.Run("/bin/sh", ["-c", "head -c 200000 /dev/zero >&2; head -c 200000 /dev/zero"]).Length);
}
