using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Chatter.Chat.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Accounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(name: "status_text", table: "users", type: "TEXT", maxLength: 200, nullable: true);
            migrationBuilder.AddColumn<string>(name: "status_emoji", table: "users", type: "TEXT", maxLength: 32, nullable: true);
            migrationBuilder.AddColumn<long>(name: "status_until", table: "users", type: "INTEGER", nullable: true);
            // One of the log's tables; the model knows nothing of it.
            migrationBuilder.Sql(LogSchema.DeletedAccounts);
        }
    }
}
