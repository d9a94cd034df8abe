<?php
/* Installs WordPress in an empty database and fills it from a JSON list of posts on standard input. */
$_SERVER['HTTP_HOST'] = getenv('WP_HOST');
define('WP_INSTALLING', true);
require getenv('WP_ROOT') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/image.php';

wp_install('The Harbour Ledger', 'ana', 'ana@example.org', true, '', 'a-password-for-tests');
wp_delete_post(1, true);
update_option('timezone_string', 'America/Bogota');
update_option('permalink_structure', getenv('WP_PERMALINKS'));
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules(true);
wp_update_user(['ID' => 1, 'display_name' => 'Ana Writer']);

foreach (json_decode(file_get_contents('php://stdin'), true) as $post) {
    $categories = [];
    foreach ($post['categories'] ?? [] as $name) {
        $categories[] = wp_create_category($name);
    }
    $id = wp_insert_post([
        'post_title' => $post['title'],
        'post_content' => $post['content'],
        'post_excerpt' => $post['excerpt'] ?? '',
        'post_status' => $post['status'] ?? 'publish',
        'post_password' => $post['password'] ?? '',
        'post_date' => $post['date'],
        'post_author' => 1,
        'post_category' => $categories,
        'tags_input' => $post['tags'] ?? [],
    ], true);
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message());
        exit(1);
    }
}
