using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>When a connection to a mail server is used again, replaced and closed.</summary>
public sealed class SmtpConnectionTests
{
    [Fact]
    public async Task Mails_OneAfterTheOther_ShareAConnectionUntilThereIsNothingToSend()
    {
        await using var server = Sending.Server();
        await using var sending = new Sending(server);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Delivery.Sent, await sending.SendAsync());
        }

        Assert.Equal((1, 3), (server.Connections, server.Received.Count));
        await sending.Transport.CloseIdleAsync();
        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData("421 4.3.2 Enough for now", false)]
    [InlineData(null, true)]
    [InlineData(null, false)]
    public async Task Connection_NoLongerGood_IsReplacedBeforeTheNextMail(string? reply, bool hangsUp)
    {
        await using var server = Sending.Server();
        await using var sending = new Sending(server);
        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        server.Script = at => at == SmtpStage.Reset ? new SmtpMove(reply, Closes: hangsUp) : null;

        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal((2, 2), (server.Connections, server.Received.Count));
    }

    [Fact]
    public async Task Connection_OnWhichAMailWasRefused_IsNotUsedAgain()
    {
        await using var server = Sending.Server();
        server.Recipients = address => address.StartsWith("nobody", StringComparison.Ordinal) ? new SmtpMove("550 5.1.1 Nobody") : null;
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal(DeliveryOutcome.Refused, (await sending.SendAsync(Sending.Mail("nobody@patients.example"))).Outcome);
        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal((2, 2), (server.Connections, server.Received.Count));
    }

    [Theory]
    [InlineData(SmtpStage.Greeting)]
    [InlineData(SmtpStage.Hello)]
    [InlineData(SmtpStage.StartTls)]
    [InlineData(SmtpStage.Handshake)]
    [InlineData(SmtpStage.HelloAgain)]
    [InlineData(SmtpStage.SignIn)]
    [InlineData(SmtpStage.Mail)]
    [InlineData(SmtpStage.Recipient)]
    [InlineData(SmtpStage.Data)]
    [InlineData(SmtpStage.Message)]
    public async Task Cancelling_WhileTheServerIsSilent_EndsAtOnceAndClosesTheConnection(SmtpStage stage)
    {
        await using var server = Sending.Server();
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Script = at => at == stage && silent.TrySetResult() ? SmtpMove.Silence : null;
        await using var sending = new Sending(server, ("Email:Smtp:TimeoutSeconds", "300"));
        using var stop = new CancellationTokenSource();

        var mail = sending.SendAsync(cancellationToken: stop.Token);
        await silent.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mail.WaitAsync(TimeSpan.FromSeconds(20)));
        await Eventually.TrueAsync(() => Task.FromResult(server.Left == 1), "the connection is closed");
    }

    /// <summary>If the queue of a listener is full, Linux drops connection requests, so connecting hangs.</summary>
    [Fact]
    public async Task Cancelling_WhileNobodyAcceptsTheConnection_EndsAtOnce()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            .ToList();
        try
        {
            var connecting = waiting.Select(socket => socket.ConnectAsync(IPAddress.Loopback, port)).ToList();
            await Task.WhenAny(connecting);
            await using var server = Sending.Server();
            await using var sending = new Sending(
                server,
                ("Email:Smtp:Host", "127.0.0.1"),
                ("Email:Smtp:Port", port.ToString(CultureInfo.InvariantCulture)),
                ("Email:Smtp:TimeoutSeconds", "300"));
            using var stop = new CancellationTokenSource();

            var mail = sending.SendAsync(cancellationToken: stop.Token);
            await stop.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mail.WaitAsync(TimeSpan.FromSeconds(20)));
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Resting_WhileTheServerIsSilentAtQuit_EndsAndClosesTheConnection()
    {
        await using var server = Sending.Server();
        server.Script = at => at == SmtpStage.Quit ? SmtpMove.Silence : null;
        await using var sending = new Sending(server, ("Email:Smtp:TimeoutSeconds", "300"));
        Assert.Equal(Delivery.Sent, await sending.SendAsync());

        await sending.Transport.CloseIdleAsync().WaitAsync(TimeSpan.FromSeconds(20));

        await Eventually.TrueAsync(() => Task.FromResult(server.Left == 1), "the connection is closed");
    }
}
