using System.Net.Security;
using System.Security.Cryptography;
using System.Text;

namespace PhysioSite.TestSupport;

/// <summary>One connection to the <see cref="SmtpServer"/>.</summary>
internal sealed class SmtpSession(SmtpServer server, Stream connection, CancellationToken stop) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<string> _recipients = [];
    private Stream _stream = connection;
    private int _filled;
    private int _read;
    private bool _tls;
    private string? _user;
    private string? _from;
    private bool _utf8;

    /// <summary>The last email, until the client goes on.</summary>
    private ReceivedMail? _stored;

    public async Task RunAsync()
    {
        if (server.ImplicitTls && !await SecureAsync())
        {
            return;
        }

        var open = await AnswerAsync(SmtpStage.Greeting, "220 localhost ready");
        while (open && await ReadLineAsync() is { } line)
        {
            open = await ObeyAsync(line);
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<bool> ObeyAsync(string line)
    {
        var command = line.Split(' ', ':')[0].ToUpperInvariant();
        if (_stored is not null)
        {
            _stored.IsAcknowledged = true;
            _stored = null;
        }

        switch (command)
        {
            case "EHLO":
                return await AnswerAsync(_tls && !server.ImplicitTls ? SmtpStage.HelloAgain : SmtpStage.Hello, Extensions());

            case "HELO":
                return await AnswerAsync(SmtpStage.Hello, "250 localhost");

            case "STARTTLS" when server.Certificate is not null && !_tls:
                return await StartTlsAsync();

            case "AUTH"
                when server.Account is not null
                    && line.Split(' ') is [_, var mechanism, .. var initial]
                    && server.Mechanisms.Contains(mechanism.ToUpperInvariant()):
                return await SignInAsync(mechanism.ToUpperInvariant(), initial is [var first] ? first : "");

            case "MAIL":
                return await TakeSenderAsync(Address(line), line.Split(' ').Contains("SMTPUTF8"));

            case "RCPT" when !_utf8 && !System.Text.Ascii.IsValid(line):
                await SendAsync("553 5.6.7 Not ASCII");
                return true;

            case "RCPT" when _from is not null:
                _recipients.Add(Address(line));
                return await (server.Recipients(Address(line)) is { } move
                    ? ActAsync(move)
                    : AnswerAsync(SmtpStage.Recipient, "250 2.1.5 OK"));

            case "DATA" when _recipients.Count > 0:
                return await TakeMailAsync();

            case "RSET":
                Reset();
                return await AnswerAsync(SmtpStage.Reset, "250 2.0.0 OK");

            case "NOOP":
                await SendAsync("250 2.0.0 OK");
                return true;

            case "QUIT":
                return await AnswerAsync(SmtpStage.Quit, "221 2.0.0 Bye") && false;

            case "RCPT" or "DATA":
                await SendAsync("503 5.5.1 Out of order");
                return true;

            default:
                await SendAsync("502 5.5.2 Not known here");
                return true;
        }
    }

    private string Extensions()
    {
        List<string> lines = ["localhost", "PIPELINING", "8BITMIME"];
        if (server.Certificate is not null && !_tls)
        {
            lines.Add("STARTTLS");
        }

        if (server.Utf8)
        {
            lines.Add("SMTPUTF8");
        }

        if (server.Account is not null)
        {
            lines.Add($"AUTH {string.Join(' ', server.Mechanisms)}");
        }

        return string.Join("\r\n", lines.Select((line, i) => $"250{(i == lines.Count - 1 ? ' ' : '-')}{line}"));
    }

    private async Task<bool> StartTlsAsync()
    {
        if (server.Script(SmtpStage.StartTls) is { } move)
        {
            return await ActAsync(move);
        }

        await SendAsync($"220 2.0.0 Go ahead{(server.SlippedIn.Length > 0 ? "\r\n" : "")}{server.SlippedIn}");
        return await SecureAsync();
    }

    private async Task<bool> SecureAsync()
    {
        if (server.Script(SmtpStage.Handshake) is { } move)
        {
            // Like a real server, this acts only after the client has sent its TLS handshake message.
            _ = await _stream.ReadAsync(_buffer, stop);
            if (await ActAsync(move))
            {
                await WaitUntilLeftAsync();
            }

            return false;
        }

        var secure = new SslStream(_stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, stop);
        (_stream, _tls, _filled, _read) = (secure, true, 0, 0);
        return true;
    }

    private async Task<bool> SignInAsync(string mechanism, string initial)
    {
        var (user, password) = mechanism switch
        {
            "SCRAM-SHA-256" => await ScramAsync(Decode(initial)),
            "OAUTHBEARER" => Decode(initial).Split('\u0001') is [var name, .., var token, "", ""]
                ? (name["n,a=".Length..].TrimEnd(','), token["auth=Bearer ".Length..])
                : default,
            "PLAIN" => Decode(initial.Length > 0 ? initial : await AskAsync("")).Split('\0') is [_, var name, var secret]
                ? (name, secret)
                : default,
            "XOAUTH2" => Decode(initial).Split('\u0001') is [var name, var token, "", ""]
                ? (name["user=".Length..], token["auth=Bearer ".Length..])
                : default,
            _ => (Decode(initial.Length > 0 ? initial : await AskAsync("VXNlcm5hbWU6")), Decode(await AskAsync("UGFzc3dvcmQ6"))),
        };
        if (server.Script(SmtpStage.SignIn) is { } move)
        {
            while (move.Reply is "334 ")
            {
                await SendAsync(move.Reply);
                if (await ReadLineAsync() is null)
                {
                    return false;
                }

                move = server.Script(SmtpStage.SignIn) ?? move;
            }

            return await ActAsync(move);
        }

        if (user == server.Account!.UserName && password == server.Account.Password)
        {
            _user = server.Account.UserName;
            await SendAsync("235 2.7.0 Welcome");
            return true;
        }

        if (mechanism == "XOAUTH2")
        {
            // The error is sent as a challenge. The refusal follows after the client has responded.
            await AskAsync("eyJzdGF0dXMiOiI0MDEifQ==");
        }

        await SendAsync("535 5.7.8 Not accepted");
        return true;
    }

    /// <summary>
    /// SCRAM (RFC 5802 and RFC 7677): the client proves that it knows the password, and the server proves the same to the client.
    /// </summary>
    private async Task<(string User, string Password)> ScramAsync(string first)
    {
        var bare = first[(first.IndexOf("n=", StringComparison.Ordinal))..];
        var salt = "salt of the test"u8.ToArray();
        var challenge = $"r={bare.Split(",r=")[1]}server,s={Convert.ToBase64String(salt)},i=4096";
        var final = Decode(await AskAsync(Encode(challenge)));
        var proof = Convert.FromBase64String(final.Split(",p=")[1]);
        var message = Encoding.UTF8.GetBytes($"{bare},{challenge},{final.Split(",p=")[0]}");

        var salted = Rfc2898DeriveBytes.Pbkdf2(server.Account!.Password, salt, 4096, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var clientKey = HMACSHA256.HashData(stored, message).Zip(proof, (a, b) => (byte)(a ^ b)).ToArray();
        if (!SHA256.HashData(clientKey).SequenceEqual(stored))
        {
            return default;
        }

        var signature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        await AskAsync(Encode($"v={Convert.ToBase64String(signature)}"));
        return (bare.Split(",r=")[0]["n=".Length..], server.Account.Password);
    }

    private async Task<string> AskAsync(string prompt)
    {
        await SendAsync($"334 {prompt}");
        return await ReadLineAsync() ?? "";
    }

    private async Task<bool> TakeSenderAsync(string from, bool utf8)
    {
        Reset();
        _utf8 = utf8 && server.Utf8;
        if (utf8 && !server.Utf8)
        {
            await SendAsync("555 5.5.4 SMTPUTF8 is not offered");
            return true;
        }

        var move = server.Script(SmtpStage.Mail)
            ?? new SmtpMove(server.Account is null || _user is not null ? "250 2.1.0 OK" : "530 5.7.0 Authentication required");
        _from = move.Reply?[0] == '2' ? from : null;
        return await ActAsync(move);
    }

    private async Task<bool> TakeMailAsync()
    {
        if (server.Script(SmtpStage.Data) is { } refusal)
        {
            return await ActAsync(refusal);
        }

        await SendAsync("354 Go on, end with a dot");
        var raw = new List<byte>();
        while (await ReadRawLineAsync() is { } line)
        {
            if (line.AsSpan().SequenceEqual(".\r\n"u8))
            {
                var move = server.Script(SmtpStage.Message);
                if (move is null or { Stores: true })
                {
                    _stored = new ReceivedMail(_from!, [.. _recipients], [.. raw], _tls, _user, _utf8);
                    server.Keep(_stored);
                }

                Reset();
                return await ActAsync(move ?? new SmtpMove("250 2.0.0 Stored"));
            }

            raw.AddRange(line[0] == (byte)'.' ? line[1..] : line);
        }

        return false;
    }

    private Task<bool> AnswerAsync(SmtpStage stage, string usual) => ActAsync(server.Script(stage) ?? new SmtpMove(usual));

    private async Task<bool> ActAsync(SmtpMove move)
    {
        await (move.After ?? Task.CompletedTask).WaitAsync(stop);
        if (move.Endless)
        {
            var piece = Encoding.ASCII.GetBytes(move.Reply!);
            while (true)
            {
                await _stream.WriteAsync(piece, stop);
            }
        }

        if (move.Reply is not null)
        {
            await SendAsync(move.Reply);
        }
        else if (!move.Closes)
        {
            await WaitUntilLeftAsync();
            return false;
        }

        return !move.Closes;
    }

    private async Task WaitUntilLeftAsync()
    {
        try
        {
            while (await _stream.ReadAsync(_buffer, stop) > 0)
            {
            }
        }
        catch (IOException)
        {
            // The client reset the connection.
        }

        server.CountLeft();
    }

    private void Reset()
    {
        _from = null;
        _recipients.Clear();
    }

    private async Task SendAsync(string reply) => await _stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), stop);

    /// <summary>Null at the end of the connection.</summary>
    private async Task<string?> ReadLineAsync() =>
        await ReadRawLineAsync() is { } raw ? Encoding.UTF8.GetString(raw).TrimEnd('\r', '\n') : null;

    private async Task<byte[]?> ReadRawLineAsync()
    {
        var line = new List<byte>();
        do
        {
            if (_read == _filled)
            {
                (_read, _filled) = (0, await _stream.ReadAsync(_buffer, stop));
                if (_filled == 0)
                {
                    return null;
                }
            }

            line.Add(_buffer[_read++]);
        }
        while (line[^1] != '\n');
        if (!_tls)
        {
            server.RecordPlaintext(Encoding.UTF8.GetString([.. line]).TrimEnd('\r', '\n'));
        }

        return [.. line];
    }

    private static string Address(string line) => line.Split('<', '>') is [_, var address, ..] ? address : "";

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
