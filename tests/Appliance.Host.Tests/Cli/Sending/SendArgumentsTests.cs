using Appliance.Host.Cli.Sending;

namespace Appliance.Host.Tests.Cli.Sending;

public sealed class SendArgumentsTests
{
    [Fact]
    public void Files_and_flags_are_read_in_any_order()
    {
        Assert.True(SendArguments.TryParse("events",
            ["send", "a.csv", "--source=clicks", "--entity", "member=user_id", "--entity", "shop_code", "b.csv.gz", "--shift-to-now", "--batch", "5", "--address", "http://h:1/x"],
            out var read, out _));
        Assert.Equal(["a.csv", "b.csv.gz"], read.Files);
        Assert.Equal([("member", "user_id"), ("shop_code", "shop_code")], read.Columns.Entities);
        Assert.Equal(("clicks", 5, true, false, "http://h:1/x/"), (read.Source, read.Batch, read.ShiftToNow, read.SkipBadLines, read.Server.ToString()));
    }

    [Theory]
    [InlineData("events has no command; it must be send", "events")]
    [InlineData("rows 'push' is no command; it must be send", "rows", "push")]
    [InlineData("events send names no file; it must name at least one", "events", "send", "--source", "s")]
    [InlineData("--view is missing; it must name the feature view that the rows are for", "rows", "send", "a.csv")]
    [InlineData("'--view' is not a flag of events send", "events", "send", "a.csv", "--view", "v")]
    [InlineData("'--shift-to-now' is not a flag of rows send", "rows", "send", "a.csv", "--view", "v", "--shift-to-now")]
    [InlineData("--source needs a value", "events", "send", "a.csv", "--source")]
    [InlineData("--source is given twice", "events", "send", "a.csv", "--source", "a", "--source", "b")]
    [InlineData("--address is given twice", "events", "send", "a.csv", "--server", "http://h", "--address", "http://h")]
    [InlineData("--id-column is given twice", "events", "send", "a.csv", "--id", "a", "--id-column", "b")]
    [InlineData("'--id' is not a flag of rows send", "rows", "send", "a.csv", "--view", "v", "--id", "a")]
    [InlineData("--shift-to-now takes no value", "events", "send", "a.csv", "--shift-to-now=1")]
    [InlineData("--batch is '0'; it must be 1 to 100000", "events", "send", "a.csv", "--batch", "0")]
    [InlineData("--batch is '-3'; it must be 1 to 100000", "events", "send", "a.csv", "--batch", "-3")]
    [InlineData("--entity is '=x'; it must be COLUMN or COLUMN=JOINKEY", "events", "send", "a.csv", "--entity", "=x")]
    [InlineData("--entity names join key 'k' twice", "events", "send", "a.csv", "--entity", "a=k", "--entity", "b=k")]
    [InlineData("--server is 'here'; it must be the REST address of an appliance, like http://127.0.0.1:8000", "events", "send", "a.csv", "--server", "here")]
    public void A_wrong_command_line_is_told(string message, string verb, params string[] args)
    {
        Assert.False(SendArguments.TryParse(verb, args, out _, out var error));
        Assert.Equal(message, error);
    }
}
