using System.ComponentModel;
using System.Diagnostics;

namespace Chatter.Bench.Comparing;

/// <summary>Programs that build or install a contestant.</summary>
internal static class Tool
{
    /// <summary>Runs one to its end.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static async Task<string?> Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : $"{program} {arguments[0]} failed: {string.Concat(said).Trim()}";
        }
        catch (Win32Exception)
        {
            return $"{program} isn't installed";
        }
    }
}
