using System.Threading.Channels;
using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>
/// Sends messages with NOTIFY and receives those of the other instances with LISTEN, on one connection for each instance. Messages that are
/// sent while an instance is not connected do not reach it; it then reports that it may have missed some.
/// </summary>
internal sealed partial class InstanceMessages(PostgreSqlConnection database, TimeProvider time, ILogger<InstanceMessages> log)
    : BackgroundService, IInstanceMessages
{
    private const string ChannelName = "physiosite";

    /// <summary>Finds out that the server, or the network to it, is gone.</summary>
    private const int KeepAliveSeconds = 15;

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastSend = TimeSpan.FromSeconds(2);

    /// <summary>Begins each message, because an instance also receives its own.</summary>
    private readonly string _self = Guid.NewGuid().ToString("N");
    private readonly Channel<string> _outgoing = Channel.CreateUnbounded<string>();

    private Action<string>? _receive;
    private Action? _missed;

    public void Send(string message) => _outgoing.Writer.TryWrite(message);

    public void Subscribe(Action<string> receive, Action missed)
    {
        _receive += receive;
        _missed += missed;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(ListenAsync(stoppingToken), SendAllAsync(stoppingToken));

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; !stoppingToken.IsCancellationRequested; failures++)
        {
            try
            {
                await using var connection = await database.OpenAsync(isReadOnly: false, stoppingToken, KeepAliveSeconds);
                connection.Notification += (_, notification) => Receive(notification.Payload);
                await using (var command = new NpgsqlCommand($"LISTEN {ChannelName}", connection))
                {
                    await command.ExecuteNonQueryAsync(stoppingToken);
                }

                if (failures > 0)
                {
                    LogConnected();
                }

                failures = 0;
                _missed?.Invoke();
                while (true)
                {
                    await connection.WaitAsync(stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (failures == 0)
                {
                    var failure = StorageFailure.ForLog(e);
                    LogDisconnected(failure.Exception, failure.Reason);
                }

                await Task.Delay(Delay(failures), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Receive(string payload)
    {
        if (payload.Split(' ', 2) is [var sender, var message] && sender != _self)
        {
            _receive?.Invoke(message);
        }
    }

    /// <summary>Sends messages together that wait together. When that fails, they are sent with the next ones.</summary>
    private async Task SendAllAsync(CancellationToken stoppingToken)
    {
        var waiting = new HashSet<string>();
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(stoppingToken))
            {
                for (var failures = 0; Take(waiting); failures++)
                {
                    if (!await TrySendAsync(waiting, stoppingToken))
                    {
                        await Task.Delay(Delay(failures), time, stoppingToken);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What the last requests have changed.
            using var last = new CancellationTokenSource(LastSend);
            if (Take(waiting))
            {
                await TrySendAsync(waiting, last.Token);
            }
        }
    }

    private bool Take(HashSet<string> waiting)
    {
        while (_outgoing.Reader.TryRead(out var message))
        {
            waiting.Add(message);
        }

        return waiting.Count > 0;
    }

    private async Task<bool> TrySendAsync(HashSet<string> waiting, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(database.Text);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_notify($1, text) FROM unnest($2) AS text", connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ChannelName });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. waiting.Select(message => $"{_self} {message}")] });
            await command.ExecuteNonQueryAsync(cancellationToken);
            waiting.Clear();
            return true;
        }
        catch (Exception e) when (e is NpgsqlException || (e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            LogNotSent(e);
            return false;
        }
    }

    private static TimeSpan Delay(int failures)
    {
        var delay = ShortestDelay * Math.Pow(2, Math.Min(failures, 10));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The connection for messages of other instances is lost ({Reason}). Their changes reach open pages of the desk within a "
            + "minute")]
    private partial void LogDisconnected(Exception? exception, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The messages of other instances arrive again")]
    private partial void LogConnected();

    [LoggerMessage(Level = LogLevel.Debug, Message = "Messages to other instances were not sent and are sent again")]
    private partial void LogNotSent(Exception exception);
}
