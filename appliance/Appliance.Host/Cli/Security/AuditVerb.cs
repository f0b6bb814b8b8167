using System.Globalization;
using System.Runtime.InteropServices;
using Appliance.Host.Security.Audit;

namespace Appliance.Host.Cli.Security;

/// <summary>
/// <c>appliance audit</c>: verifies an audit log, or prints its head to be kept elsewhere. Exit codes: 0 the log is whole, 1 it cannot be read
/// or the command was interrupted, 2 a wrong command line, 3 it is broken.
/// </summary>
internal sealed class AuditVerb(TextWriter output, TextWriter errors)
{
    public const int Broken = 3;

    private static readonly string[] Flags = ["--folder", "--head"];

    private string _command = "";
    private string _folder = "";
    private AuditHead? _head;

    public static int Run(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });
        return new AuditVerb(Console.Out, Console.Error).Run(args, VerbSettings.Security().AuditFolder, stop.Token);
    }

    /// <summary>Returns the exit code. An object is for one command line.</summary>
    /// <param name="configured">Setting Security:AuditFolder; empty where it is not set.</param>
    public int Run(IReadOnlyList<string> args, string configured, CancellationToken cancellation)
    {
        _folder = configured;
        if ((new FlagReader("audit", Flags, []).Read(args, Set, Take) ?? Check()) is { } error)
        {
            errors.WriteLine($"appliance: {error}. See 'appliance help'.");
            return 2;
        }
        try
        {
            return _command == "head" ? PrintHead() : Verify(cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            errors.WriteLine($"appliance: the audit log in '{_folder}' cannot be read: {e.Message.TrimEnd('.')}.");
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("appliance: interrupted");
        }
        return 1;
    }

    private int Verify(CancellationToken cancellation)
    {
        var verdict = new AuditVerifier(_folder).Run(_head, lines => errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines} lines")), cancellation);
        if (verdict.Fault is { } fault)
        {
            output.WriteLine($"broken: {fault}");
            return Broken;
        }
        var unfinished = verdict.Unfinished > 0 ? string.Create(CultureInfo.InvariantCulture, $"; of {verdict.Unfinished} calls nothing says how they ended") : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"whole: {verdict.Head.Number} lines{unfinished}; the head is {verdict.Head}"));
        return 0;
    }

    private int PrintHead()
    {
        output.WriteLine((AuditFiles.ReadHead(_folder) ?? AuditHead.Empty).ToString());
        return 0;
    }

    private string? Take(string word)
    {
        if (_command.Length > 0) return $"'{word}' is one word too many for audit {_command}";
        _command = word;
        return null;
    }

    private string? Set(string flag, string value)
    {
        if (flag == "--folder")
        {
            _folder = value;
            return null;
        }
        var isHead = AuditHead.TryParse(value, out var head);
        _head = head;
        return isHead ? null : $"--head is '{value}'; it must be a number, a colon and 64 hexadecimal digits, as 'appliance audit head' prints it";
    }

    private string? Check()
    {
        if (_command is not ("verify" or "head")) return $"audit is '{_command}'; it must be verify or head";
        if (_folder.Length == 0) return "audit needs --folder, or the variable APPLIANCE_Security__AuditFolder";
        return Directory.Exists(_folder) ? null : $"--folder is '{_folder}'; it must be a folder that exists";
    }
}
