using System.Diagnostics.CodeAnalysis;
using Appliance.Host.Profiles;
using Appliance.Host.Security;
using Appliance.Host.Telemetry;

namespace Appliance.Host.Cli;

/// <summary><c>appliance serve</c>: settings, checks, then the server until it is told to end. <c>appliance settings</c>: the first of these alone.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        // The other builders watch the working directory with all that is below it for changes of a settings file: seconds when that is "/".
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (!EffectiveSettings.TryBind(args, builder.Configuration, ProfileResolver.OfThisMachine, out var effective, out var error)) return Usage.Refuse(error);
        var settings = effective.Settings;
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
        foreach (var reason in effective.Profile?.Reasons ?? []) HostEvents.Profile(app.Logger, effective.Profile!.Origin, reason);
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
        if (!EffectiveSettings.TryBind(args, new ConfigurationManager(), ProfileResolver.OfThisMachine, out var effective, out var error)) return Usage.Refuse(error);
        Console.WriteLine(effective.Settings.ToJson());
        return 0;
    }
}
