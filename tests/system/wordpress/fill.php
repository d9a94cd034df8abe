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

kses_remove_filters();
function publish_picture($picture, $post) {
    $id = wp_insert_attachment([
        'post_title' => 'Picture',
        'post_excerpt' => $picture['caption'],
        'post_mime_type' => 'image/jpeg',
        'post_status' => 'inherit',
    ], '2026/11/pier.jpg', $post);
    update_post_meta($id, '_wp_attachment_image_alt', $picture['alt']);
    wp_update_attachment_metadata($id, [
        'width' => 900,
        'height' => 600,
        'file' => '2026/11/pier.jpg',
        'sizes' => [],
        'image_meta' => ['credit' => $picture['credit']],
    ]);
    set_post_thumbnail($post, $id);
}

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
        'post_type' => $post['type'] ?? 'post',
        'post_category' => $categories,
        'tags_input' => $post['tags'] ?? [],
    ], true);
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message());
        exit(1);
    }
    wp_set_object_terms($id, $post['countries'] ?? [], 'country');
    if (isset($post['authors'])) {
        update_post_meta($id, 'authors', $post['authors']);
    }
    if (isset($post['picture'])) {
        publish_picture($post['picture'], $id);
    }
}
