using System.Text;
using Lake.Tests.Tables;
using LakeService.Commands;

namespace LakeService.Tests.Commands;

/// <summary>Runs commands over a lake in a folder of the test's own, by a clock that the test owns.</summary>
internal sealed class CommandBed : IDisposable
{
    public RowsBed Rows { get; } = new();

    public string Folder => Rows.Bed.Folder;

    /// <summary>Runs <c>lake</c> with the arguments and the lake's folder.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new MemoryStream(), new StringWriter());
        var code = await LakeProgram.RunAsync([.. args, "--warehouse", Folder], new CommandOutput(output, error, IsTerminal: false), Rows.Bed.Clock, LakeBed.Cancellation);
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>The output of a command that goes well.</summary>
    public async Task<string> OutputAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);
        Assert.True(code == 0, error);
        return output;
    }

    /// <summary>The error of a command that ends with a code.</summary>
    public async Task<string> ErrorAsync(int code, params string[] args)
    {
        var (actual, _, error) = await RunAsync(args);
        Assert.Equal(code, actual);
        return error.TrimEnd('\n');
    }

    public void Dispose() => Rows.Dispose();
}
