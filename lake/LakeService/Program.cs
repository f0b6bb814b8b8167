using LakeService.Commands;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The command ends by itself and clears up.
    e.Cancel = true;
    stop.Cancel();
};
return await LakeProgram.RunAsync(args, new CommandOutput(new StandardOutput(Console.OpenStandardOutput(), descriptor: 1), Console.Error, !Console.IsErrorRedirected), TimeProvider.System, stop.Token);
