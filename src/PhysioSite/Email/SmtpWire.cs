using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace PhysioSite.Email;

/// <summary>Lines to and from a mail server. However much it sends, little is kept; whatever it does, cancelling ends it.</summary>
internal sealed class SmtpWire(Socket socket) : IDisposable
{
    /// <summary>RFC 5321 allows 512; real servers say a little more.</summary>
    private const int LongestLine = 2048;
    private const int MostLines = 100;

    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream = new NetworkStream(socket, ownsSocket: true);
    private int _read;
    private int _filled;

    /// <summary>The server has said something that nobody asked for.</summary>
    public bool HasUnread => _read < _filled;

    /// <exception cref="EndOfStreamException">The server closed the connection.</exception>
    /// <exception cref="InvalidDataException">That was not SMTP.</exception>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var code = "";
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || line[0] is < '2' or > '5' || line.AsSpan(1, 2).ContainsAnyExceptInRange('0', '9')
                || (line.Length > 3 && line[3] is not (' ' or '-')) || (code.Length > 0 && line[..3] != code) || lines.Count == MostLines)
            {
                throw new InvalidDataException();
            }

            code = line[..3];
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(int.Parse(code, System.Globalization.CultureInfo.InvariantCulture), lines);
            }
        }
    }

    public ValueTask WriteLineAsync(string line, CancellationToken cancellationToken) => line.AsSpan().ContainsAny("\r\n\0")
        ? throw new ArgumentException("A command is one line.", nameof(line))
        : _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);

    /// <summary>Writes a mail and the dot that ends it. A line that begins with a dot gets a second one, and every line ends in CR LF, however it came.</summary>
    public ValueTask WriteMailAsync(ReadOnlySpan<byte> mail, CancellationToken cancellationToken)
    {
        var bytes = new List<byte>(mail.Length + 64);
        var atStart = true;
        for (var i = 0; i < mail.Length; i++)
        {
            if (mail[i] is (byte)'\r' or (byte)'\n')
            {
                i += mail[i] == '\r' && i + 1 < mail.Length && mail[i + 1] == '\n' ? 1 : 0;
                bytes.AddRange("\r\n"u8);
                atStart = true;
                continue;
            }

            if (atStart && mail[i] == '.')
            {
                bytes.Add((byte)'.');
            }

            bytes.Add(mail[i]);
            atStart = false;
        }

        bytes.AddRange(atStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        return _stream.WriteAsync(bytes.ToArray(), cancellationToken);
    }

    /// <summary>Puts TLS around what follows. What the server, or someone in between, sent before it in the clear is not believed.</summary>
    public async Task<SslStream> SecureAsync(SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        (_read, _filled) = (0, 0);
        var secure = new SslStream(_stream);
        _stream = secure;
        await secure.AuthenticateAsClientAsync(options, cancellationToken);
        return secure;
    }

    public void Dispose() => _stream.Dispose();

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_read == _filled)
            {
                _filled = 0;
                (_read, _filled) = (0, await _stream.ReadAsync(_buffer, cancellationToken));
                if (_filled == 0)
                {
                    throw new EndOfStreamException();
                }
            }

            var next = (char)_buffer[_read++];
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Append(next).Length > LongestLine)
            {
                throw new InvalidDataException();
            }
        }
    }
}
