using System.Globalization;

namespace Chatter.Bench.Storming;

/// <summary>The kernel's queues of connections that no server has accepted yet, of the whole machine.</summary>
internal static class Backlog
{
    private const string Group = "TcpExt:";

    /// <summary>How often one was full since the machine started: whoever came then tries again after a second, and then after two more.</summary>
    public static long Overflows()
    {
        var lines = File.ReadLines("/proc/net/netstat").Where(static line => line.StartsWith(Group, StringComparison.Ordinal)).Select(static line => line.Split(' ')).ToArray();
        return long.Parse(lines[1][Array.IndexOf(lines[0], "ListenOverflows")], CultureInfo.InvariantCulture);
    }
}
