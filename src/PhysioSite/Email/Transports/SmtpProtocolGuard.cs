using System.Text;
using MailKit;
using MailKit.Net.Smtp;

namespace PhysioSite.Email.Transports;

/// <summary>
/// Monitors the SMTP session between MailKit and a mail server. It tracks the current step and the last answer of the server, and aborts
/// the session in cases that MailKit accepts. docs/decisions/0013-mailkit.md lists these cases.
/// </summary>
internal sealed class SmtpProtocolGuard : IProtocolLogger
{
    /// <summary>In bytes. RFC 5321 allows 512; some servers send slightly longer lines.</summary>
    private const int LongestLine = 2048;
    private const int MostLines = 100;

    /// <summary>LOGIN and SCRAM send two challenges.</summary>
    private const int MostChallenges = 4;

    private readonly List<byte> _line = [];
    private readonly List<string> _lines = [];
    private bool _isAnswered;
    private bool _isAside;
    private int _challenges;

    /// <summary>TLS is active: the handshake has completed successfully.</summary>
    public bool IsOverTls { get; private set; }

    public SmtpStep Step { get; private set; } = SmtpStep.Connect;

    /// <summary>The last answer at <see cref="Step"/>.</summary>
    public SmtpResponse? Answer { get; private set; }

    /// <summary>The server sent data that is not SMTP or not an answer to the command.</summary>
    public bool IsViolated { get; private set; }

    /// <summary>MailKit uses it to mark secrets for loggers that write client data. This logger does not store client data.</summary>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    public void Begin(SmtpStep step)
    {
        IsOverTls |= Step == SmtpStep.Handshake && step != SmtpStep.Handshake;
        Step = step;
    }

    public void LogConnect(Uri uri) => Begin(SmtpStep.Greeting);

    public void LogClient(byte[] buffer, int offset, int count)
    {
        _isAnswered = false;
        if (Step == SmtpStep.Message && Answer is null)
        {
            // A further block of the same email.
            return;
        }

        SmtpStep? step = (Step, Answer?.StatusCode, Encoding.ASCII.GetString(buffer, offset, Math.Min(count, 5))) switch
        {
            (SmtpStep.SignIn, SmtpStatusCode.AuthenticationChallenge, _) => SmtpStep.SignIn,
            (SmtpStep.Data, SmtpStatusCode.StartMailInput, _) => SmtpStep.Message,
            (_, _, "EHLO ") => SmtpStep.Hello,
            (_, _, "START") => SmtpStep.StartTls,
            (_, _, "AUTH ") => SmtpStep.SignIn,
            (_, _, "MAIL ") => SmtpStep.Mail,
            (_, _, "RCPT ") => SmtpStep.Recipient,
            (_, _, "DATA\r") => SmtpStep.Data,

            // The answers to RSET and QUIT are not about the email, so the previous answer is kept.
            _ => null,
        };
        _isAside = step is null;
        if (step is { } next)
        {
            Begin(next);
            Answer = null;
        }
    }

    /// <exception cref="SmtpProtocolException">The data is not an answer to the command.</exception>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        foreach (var next in buffer.AsSpan(offset, count))
        {
            if (_isAnswered)
            {
                // Plaintext data that arrives together with the answer to STARTTLS is ignored here; MailKit discards it.
                if (Step == SmtpStep.Handshake)
                {
                    return;
                }

                throw Violation("an answer before its command");
            }

            if (next == '\n')
            {
                EndLine();
            }
            else if (_line.Count == LongestLine)
            {
                throw Violation("a line without end");
            }
            else
            {
                _line.Add(next);
            }
        }
    }

    public void Dispose()
    {
    }

    private void EndLine()
    {
        var line = Encoding.UTF8.GetString([.. _line]).TrimEnd('\r');
        _line.Clear();
        var hasCode = line.Length >= 3
            && line[0] is >= '2' and <= '5'
            && !line.AsSpan(1, 2).ContainsAnyExceptInRange('0', '9')
            && (line.Length == 3 || line[3] is ' ' or '-');
        if (!hasCode || (_lines.Count > 0 && line[..3] != _lines[0][..3]) || _lines.Count == MostLines)
        {
            throw Violation("no answer");
        }

        _lines.Add(line);
        if (line.Length == 3 || line[3] == ' ')
        {
            var code = (SmtpStatusCode)int.Parse(line[..3], System.Globalization.CultureInfo.InvariantCulture);
            var answer = new SmtpResponse(code, string.Join('\n', _lines.Select(each => each.Length > 4 ? each[4..] : "")));
            _lines.Clear();
            _isAnswered = true;
            if (!_isAside)
            {
                Answer = answer;
                Check(answer);
            }
        }
    }

    private void Check(SmtpResponse answer)
    {
        switch (Step)
        {
            // MailKit would fall back to HELO and keep the capabilities that the server announced before TLS.
            case SmtpStep.Hello when answer.StatusCode != SmtpStatusCode.Ok:
                throw new SmtpCommandException(SmtpErrorCode.UnexpectedStatusCode, answer.StatusCode, answer.Response);
            case SmtpStep.StartTls when answer.StatusCode == SmtpStatusCode.ServiceReady:
                Step = SmtpStep.Handshake;
                break;
            case SmtpStep.SignIn when answer.StatusCode == SmtpStatusCode.AuthenticationChallenge && ++_challenges > MostChallenges:
                throw Violation("challenges without end");
        }
    }

    private SmtpProtocolException Violation(string what)
    {
        IsViolated = true;
        return new SmtpProtocolException($"The mail server sent {what}.");
    }
}
