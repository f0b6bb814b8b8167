using System.Text.Json;
using Appliance.Host.Telemetry;
using Appliance.Host.Tests.Business;
using Appliance.Host.Tests.Grpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Appliance.Host.Tests.Telemetry;

public sealed class LoggingRegistrationTests
{
    [Fact]
    public void An_event_is_one_line_of_JSON_with_a_UTC_time_its_id_and_its_values()
    {
        using var services = new ServiceCollection().AddLogging(l => l.AddJsonLogs()).BuildServiceProvider();
        var formatter = services.GetServices<ConsoleFormatter>().Single(f => f.Name == ConsoleFormatterNames.Json);
        var line = new StringWriter();
        var entry = new LogEntry<KeyValuePair<string, object?>[]>(
            LogLevel.Information, "Appliance.Host", new EventId(EventIds.Starting), [new("Version", "0.1.0"), new("{OriginalFormat}", "Appliance {Version}")], null, (_, _) => "Appliance 0.1.0");
        formatter.Write(entry, null, line);
        Assert.Equal(1, line.ToString().Count(c => c == '\n'));
        var json = JsonDocument.Parse(line.ToString()).RootElement;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", json.GetProperty("Timestamp").GetString());
        Assert.InRange(DateTime.Parse(json.GetProperty("Timestamp").GetString()!, styles: System.Globalization.DateTimeStyles.AdjustToUniversal), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal(EventIds.Starting, json.GetProperty("EventId").GetInt32());
        Assert.Equal("0.1.0", json.GetProperty("State").GetProperty("Version").GetString());
    }

    [Fact]
    public async Task Nothing_of_a_request_is_logged_however_it_ends()
    {
        using var captured = new CapturingProvider();
        await using (var host = await BusinessHost.StartAsync(logging: l => l.AddJsonLogs().ClearProviders().AddProvider(captured).SetMinimumLevel(LogLevel.Trace)))
        {
            host.ServeKoc().Faults = v => v == 4711;
            foreach (var features in new[] { """{"consumption_amount":4242,"share_count":1}""", """{"secret-name":1}""", """{"consumption_amount":4711,"share_count":1}""", "{" })
            {
                await host.PostAsync("/api/predict/koc-potential", $$"""{"userId":"secret-user","requestId":"secret-id","features":{{features}}}""", ("X-Request-Id", "secret-header"));
            }
            await ScoreTests.Client(host).ScoreAsync(ScoreTests.Request(ScoreTests.Row(4242, 1, 1)), cancellationToken: TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<RpcException>(() => ScoreTests.Client(host).ScoreAsync(ScoreTests.Request(ScoreTests.Row(4711, 1, 1)), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
            captured.CreateLogger("Appliance.Host").LogInformation("the capture works");
        }
        Assert.Contains(captured.Lines, l => l.Contains("the capture works", StringComparison.Ordinal));
        Assert.DoesNotContain(captured.Lines, l => l.Contains("secret", StringComparison.Ordinal) || l.Contains("4242", StringComparison.Ordinal) || l.Contains("4711", StringComparison.Ordinal));
    }

    private sealed class CapturingProvider : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
