<?php
/* What newsrooms add to WordPress: a type of posts, a taxonomy, several authors, and users whom visitors may not list. */
add_action('init', function () {
    register_taxonomy('country', ['post', 'investigation'], ['public' => true, 'show_in_rest' => true, 'label' => 'Countries']);
    register_post_type('investigation', [
        'public' => true,
        'show_in_rest' => true,
        'rest_base' => 'investigations',
        'label' => 'Investigations',
        'supports' => ['title', 'editor', 'excerpt', 'author', 'thumbnail'],
        'taxonomies' => ['category', 'post_tag', 'country'],
    ]);
});
add_filter('rest_endpoints', function ($endpoints) {
    unset($endpoints['/wp/v2/users'], $endpoints['/wp/v2/users/(?P<id>[\d]+)']);
    return $endpoints;
});
add_action('rest_api_init', function () {
    register_rest_field(['post', 'investigation'], 'authors', ['get_callback' => function ($post) {
        $names = get_post_meta($post['id'], 'authors', true) ?: [get_the_author_meta('display_name', $post['author'])];
        return array_map(function ($name) {
            return ['display_name' => $name];
        }, $names);
    }]);
});
