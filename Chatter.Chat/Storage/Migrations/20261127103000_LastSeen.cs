using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Chatter.Chat.Storage.Migrations
{
    /// <inheritdoc />
    [DbContext(typeof(ChatterDbContext))]
    [Migration("20261127103000_LastSeen")]
    public partial class LastSeen : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.AddColumn<bool>(name: "hides_last_seen", table: "users", type: "INTEGER", nullable: false, defaultValue: false);
    }
}
