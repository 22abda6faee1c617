using System.Net;
using System.Net.Sockets;

namespace PhysioSite.Faults.Processes;

/// <summary>
/// Ports on 127.0.0.1 for servers that are stopped and started again. They are below the range from which the system takes the ports of
/// outgoing connections, so nothing else takes them in the meantime.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 10_000;

    private static int _next = Random.Shared.Next(Count);

    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _next) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // In use.
            }
        }
    }
}
