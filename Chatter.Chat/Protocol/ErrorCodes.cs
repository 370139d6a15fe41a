namespace Chatter.Chat.Protocol;

/// <summary>The machine-readable codes of refusals, the same in <c>error</c> frames and in problem details (docs/protocol.md §4.6).</summary>
public static class ErrorCodes
{
#pragma warning disable CS1591 // The names say what they are; what each promises is in the protocol's table.
    public const string BadFrame = "bad_frame";
    public const string UnknownType = "unknown_type";
    public const string NotAuthenticated = "not_authenticated";
    public const string BadCredentials = "bad_credentials";
    public const string NoSuchRoom = "no_such_room";
    public const string NotAMember = "not_a_member";
    public const string Forbidden = "forbidden";
    public const string Muted = "muted";
    public const string Banned = "banned";
    public const string TooLong = "too_long";
    public const string Invalid = "invalid";
    public const string NonceReused = "nonce_reused";
    public const string NoSuchEvent = "no_such_event";
    public const string NoSuchUser = "no_such_user";
    public const string NoSuchSession = "no_such_session";
    public const string NoSuchAttachment = "no_such_attachment";
    public const string OverQuota = "over_quota";
    public const string Conflict = "conflict";
    public const string NameTaken = "name_taken";
    public const string TooManyRooms = "too_many_rooms";
    public const string RegistrationClosed = "registration_closed";
    public const string AlreadyLoggedIn = "already_logged_in";
    public const string Origin = "origin";
    public const string RateLimited = "rate_limited";
    public const string OutOfOrder = "out_of_order";
    public const string Unavailable = "unavailable";
    public const string TooLarge = "too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string Internal = "internal";
#pragma warning restore CS1591

    /// <summary>What a refused send's sender knows (docs/protocol.md §4.6).</summary>
    /// <returns>True where the send has not happened by this frame and may be sent again with the same nonce; false where it won't succeed by being repeated.</returns>
    public static bool IsTransient(string code) => code is RateLimited or OutOfOrder or Unavailable;

    /// <summary>The HTTP status that goes with a code (docs/protocol.md §3).</summary>
    public static int HttpStatus(string code) => code switch
    {
        BadFrame or UnknownType => 400,
        NotAuthenticated or BadCredentials => 401,
        NotAMember or Forbidden or Muted or Banned or Origin or RegistrationClosed => 403,
        NoSuchRoom or NoSuchEvent or NoSuchUser or NoSuchAttachment or NoSuchSession or NotFound => 404,
        MethodNotAllowed => 405,
        Conflict or OutOfOrder or NonceReused or NameTaken or TooManyRooms or AlreadyLoggedIn or OverQuota => 409,
        TooLarge => 413,
        UnsupportedMediaType => 415,
        Invalid or TooLong => 422,
        RateLimited => 429,
        Unavailable => 503,
        _ => 500,
    };
}
