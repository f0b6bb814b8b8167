using System.Diagnostics.CodeAnalysis;
using Appliance.Host.Security;

namespace Appliance.Host.Cli;

/// <summary><c>appliance serve</c>: settings, checks, then the server until it is told to end. <c>appliance settings</c>: the first of these alone.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        // The other builders watch the working directory with all that is below it for changes of a settings file: seconds when that is "/".
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (!TryBind(args, builder.Configuration, out var settings, out var error)) return Usage.Refuse(error);
        var errors = SettingsValidator.Check(settings);
        if (errors.Count > 0)
        {
            foreach (var line in errors) Console.Error.WriteLine($"appliance: {line}.");
            return 2;
        }
#if !CUDA
        MemoryLimit.Apply(settings.Models.MemoryLimitMegabytes);
#endif
        WebApplication app;
        try
        {
            app = ServerComposition.Build(builder, settings);
        }
        catch (SecurityFileException e)
        {
            Console.Error.WriteLine($"appliance: {e.Message.TrimEnd('.')}.");
            return 2;
        }
        await using var running = app;
        try
        {
            await app.StartAsync();
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"appliance: {e.Message}");
            return 1;
        }
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Prints the settings that <c>serve</c> with the same flags would run with.</summary>
    public static int PrintSettings(string[] args)
    {
        if (!TryBind(args, new ConfigurationManager(), out var settings, out var error)) return Usage.Refuse(error);
        Console.WriteLine(settings.ToJson());
        return 0;
    }

    // Flags win over variables, variables over the file.
    private static bool TryBind(
        string[] args, ConfigurationManager configuration, [NotNullWhen(true)] out ServerSettings? settings, [NotNullWhen(false)] out string? error)
    {
        settings = null;
        if (!ServeFlags.TryParse(args, out var flags, out error)) return false;
        if (flags.TryGetValue(ServeFlags.ConfigFileKey, out var file) && !File.Exists(file))
        {
            error = $"--config is '{file}'; there is no such file";
            return false;
        }
        configuration.Sources.Clear();
        try
        {
            if (file is not null) configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
            configuration.AddEnvironmentVariables("APPLIANCE_").AddInMemoryCollection(flags);
            settings = ServerSettings.Bind(configuration);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or FormatException)
        {
            error = (e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message).TrimEnd('.');
            return false;
        }
        return true;
    }
}
