using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Appliance.Features.Ingest;
using Appliance.Features.Registry;
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
        if (errors.Count > 0) return Tell(errors, 2);
        var taken = ListenPorts.Check(settings.Transport);
        if (taken.Count > 0) return Tell(taken, 1);
#if !CUDA
        MemoryLimit.Apply(settings.Models.MemoryLimitMegabytes);
#endif
        if (!TryBuild(builder, settings, out var app, out var code)) return code;
        foreach (var reason in effective.Profile?.Reasons ?? []) HostEvents.Profile(app.Logger, effective.Profile!.Origin, reason);
        if (!await TryStartAsync(app, Console.Error)) return 1;
        await using (app) await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Starts the server; where it cannot be, ends what was started with it, disposes it and then says why: the last thing that is said.</summary>
    internal static async Task<bool> TryStartAsync(IHost server, TextWriter errors)
    {
        try
        {
            await server.StartAsync();
            return true;
        }
        // A port that was free when it was looked at.
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Workers that only disposing ends would each log a failure of their own behind the one that counts.
            await server.StopAsync();
            if (server is IAsyncDisposable disposable) await disposable.DisposeAsync();
            else server.Dispose();
            errors.WriteLine($"appliance: {e.Message.TrimEnd('.')}.");
            return false;
        }
    }

    private static int Tell(IReadOnlyList<string> errors, int code)
    {
        foreach (var line in errors) Console.Error.WriteLine($"appliance: {line}.");
        return code;
    }

    // False where files that the settings name, or a folder, cannot be used, or what lies in it is not what was written: that is for people to mend, and no fault of the program.
    private static bool TryBuild(WebApplicationBuilder builder, ServerSettings settings, [NotNullWhen(true)] out WebApplication? app, out int code)
    {
        (app, code) = (null, 0);
        try
        {
            app = ServerComposition.Build(builder, settings);
            return true;
        }
        catch (SecurityFileException e)
        {
            Console.Error.WriteLine($"appliance: {e.Message.TrimEnd('.')}.");
            code = 2;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or RegistryCorruptException or EventSourceException)
        {
            Console.Error.WriteLine($"appliance: {e.Message}");
            code = 1;
        }
        return false;
    }

    /// <summary>Prints the settings that <c>serve</c> with the same flags would run with.</summary>
    public static int PrintSettings(string[] args)
    {
        if (!EffectiveSettings.TryBind(args, new ConfigurationManager(), ProfileResolver.OfThisMachine, out var effective, out var error)) return Usage.Refuse(error);
        Console.WriteLine(effective.Settings.ToJson());
        return 0;
    }
}
