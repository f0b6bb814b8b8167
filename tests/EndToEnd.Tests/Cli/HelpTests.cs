using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Cli;

/// <summary>Help of the published binary, as somebody asks for it who is about to type the rest.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("appliance serve [flags]", "serve", "--help")]
    [InlineData("appliance features plan", "features", "apply", "--help")]
    [InlineData("appliance traffic get", "traffic", "set", "m", "-h")]
    public async Task Help_goes_to_the_output_and_ends_with_0(string first, params string[] args)
    {
        var run = await ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), args);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.StartsWith(first, run.Text);
    }

    [Fact]
    public async Task Help_of_no_command_is_a_wrong_command_line()
    {
        var run = await ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), "frobnicate", "--help");
        Assert.Equal((2, "appliance: 'frobnicate' is not a command. See 'appliance help'.\n"), (run.ExitCode, run.Errors));
    }
}
