namespace Trainer.Cli;

/// <summary>
/// The command line: parses, runs a command, and turns a failure into a message and an exit code (0 done, 1 failed, 2 wrong usage).
/// </summary>
internal static class TrainerCli
{
    public const string Usage = """
        Usage: trainer train <pipeline>... [options]
               trainer train --all [options]

        Trains pipelines and publishes each as the next version of its model.

          --samples <folder>    data that the pipelines read            (samples)
          --out <folder>        model repository to publish into        (models)
          --pipelines <folder>  pipeline definitions                    (the ones beside the program)
          --seed <number>       learner's seed                          (the pipeline's own)
          --if-missing          leave a model alone whose newest version has the pipeline's feature service
        """;

    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        if (arguments is ["help"] || arguments.Any(a => a is "--help" or "-h"))
        {
            output.WriteLine(Usage);
            return 0;
        }
        if (!TrainArguments.TryParse(arguments, out var parsed, out var error))
        {
            errors.WriteLine(error);
            errors.WriteLine();
            errors.WriteLine(Usage);
            return 2;
        }
        try
        {
            new TrainCommand(parsed, output, TimeProvider.System).Execute();
            return 0;
        }
        catch (Exception e) when (e is TrainerException or IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            errors.WriteLine(e.Message);
            return 1;
        }
    }
}
