using System.Net.Sockets;
using Chatter.Chat.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Chatter.App.Startup;

/// <summary>Says of what kept the host from starting what its operator can do about it.</summary>
internal static class StartupErrors
{
    private const string Elsewhere = "listen elsewhere, as with --urls http://localhost:8081 (environment variable ASPNETCORE_URLS)";

    /// <returns>A line for each problem; null where it isn't the operator's to mend, and the exception should be seen whole.</returns>
    public static IReadOnlyList<string>? Explain(Exception error)
    {
        foreach (var one in Causes(error))
        {
            switch (one)
            {
                case BadSettingsException e:
                    return e.Errors;
                case StartupException e:
                    return [e.Message];
                case OptionsValidationException e:
                    return [.. e.Failures];
                case AddressInUseException:
                    return [$"{Address(error)} is in use by another program. Stop that one, or {Elsewhere}."];
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return [$"this user may not listen on {Address(error)}. Take a port from 1024 on: {Elsewhere}."];
                case SocketException e:
                    return [$"it can't listen on {Address(error)}: {e.Message}. Correct the address, or {Elsewhere}."];
                case InvalidDataException e:
                    // A settings file that isn't JSON; what is wrong with it is the innermost message.
                    return [$"{e.Message.TrimEnd('.')}: {e.GetBaseException().Message}"];
            }
        }
        return null;
    }

    /// <summary>The exception with all that it wraps, outermost first.</summary>
    private static IEnumerable<Exception> Causes(Exception error)
    {
        yield return error;
        var inner = error is AggregateException many ? many.InnerExceptions : error.InnerException is { } one ? [one] : (IEnumerable<Exception>)[];
        foreach (var cause in inner.SelectMany(Causes)) yield return cause;
    }

    /// <summary>The address that Kestrel names in its message, which is all that it tells.</summary>
    private static string Address(Exception error)
    {
        foreach (var cause in Causes(error))
        {
            var start = cause.Message.IndexOf("http", StringComparison.Ordinal);
            if (start < 0) continue;
            var address = cause.Message.AsSpan(start);
            var end = address.IndexOfAny(' ', '\n');
            return (end < 0 ? address : address[..end]).TrimEnd(":.,").ToString();
        }
        return "that address";
    }
}
