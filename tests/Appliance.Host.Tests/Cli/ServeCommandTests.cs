using System.Net.Sockets;
using Appliance.Host.Cli;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Appliance.Host.Tests.Cli;

/// <summary>A server that cannot be started ends with what helps, and nothing of what was started beside it speaks after that.</summary>
public sealed class ServeCommandTests
{
    public static TheoryData<Exception> Failures => [new IOException("Failed to bind to address http://127.0.0.1:8000: address already in use."), new SocketException((int)SocketError.AccessDenied)];

    [Theory, MemberData(nameof(Failures))]
    public async Task A_port_that_cannot_be_opened_is_the_last_that_is_said_and_no_worker_is_told_to_have_failed(Exception failure)
    {
        var said = new SharedLines();
        var worker = new Worker(said);
        using var server = Build(said, worker, failure);
        Assert.False(await ServeCommand.TryStartAsync(server, said.Writer));
        Assert.Equal($"appliance: {failure.Message.TrimEnd('.')}.", said.Lines[^1]);
        Assert.Contains("worker ended", said.Lines);
        Assert.DoesNotContain(said.Lines, l => l.Contains("BackgroundService", StringComparison.Ordinal));
        Assert.Single(said.Lines, l => l.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_starts_says_nothing()
    {
        var said = new SharedLines();
        using var server = Build(said, new Worker(said), failure: null);
        Assert.True(await ServeCommand.TryStartAsync(server, said.Writer));
        await server.StopAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(said.Lines, l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("appliance", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_of_the_program_is_not_hidden()
    {
        var said = new SharedLines();
        using var server = Build(said, new Worker(said), new InvalidOperationException("a bug"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ServeCommand.TryStartAsync(server, said.Writer));
    }

    private static IHost Build(SharedLines said, Worker worker, Exception? failure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(said);
        builder.Services.AddSingleton<IHostedService>(worker).AddSingleton<IHostedService>(new Port(worker, failure));
        return builder.Build();
    }

    // As the appliance's workers: it waits, and its waiting ends by being cancelled.
    private sealed class Worker(SharedLines said) : BackgroundService
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            _begun.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);
            }
            finally
            {
                said.Add("worker ended");
            }
        }
    }

    private sealed class Port(Worker worker, Exception? failure) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await worker.Begun.WaitAsync(cancellationToken);
            if (failure is not null) throw failure;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Lines of the log and of the errors, in the order in which they were written.</summary>
    private sealed class SharedLines : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public SharedLines() => Writer = new LineWriter(this);

        public TextWriter Writer { get; }

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public void Add(string line)
        {
            lock (_lines) _lines.Add(line);
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add($"{(logLevel >= LogLevel.Error ? "Error" : logLevel)}: {formatter(state, exception)}");

        public void Dispose()
        {
        }

        private sealed class LineWriter(SharedLines lines) : StringWriter
        {
            public override void WriteLine(string? value) => lines.Add(value ?? "");
        }
    }
}
