using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Chatter.Chat.Storage.Migrations
{
    /// <inheritdoc />
    public partial class PushSubscriptions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // One of the tables beside the log's; the model knows nothing of them.
            migrationBuilder.Sql(LogSchema.Push);
        }
    }
}
