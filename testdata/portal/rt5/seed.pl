# Initial data of the test instance: the two queues of the support guide, the
# custom fields that the recipe fills, and a user that may do no more than the
# recipe needs, with an API token written to $ENV{RT5_TOKEN_FILE}.
use utf8;
use strict;
use warnings;

my @queues = qw(TI-Producao TI-Integracao);

sub choices {
    my $order = 0;
    return [ map { { Name => $_, SortOrder => ++$order } } @_ ];
}

sub field {
    my ( $name, $type, @values ) = @_;
    return {
        Name => $name, Type => $type, Queue => \@queues,
        @values ? ( Values => choices(@values) ) : (),
    };
}

our @Queues = (
    { Name => 'TI-Producao',   Description => 'TI - Operacional em Produção' },
    { Name => 'TI-Integracao', Description => 'TI - Integração' },
);

our @CustomFields = (
    field( 'Categoria', 'SelectSingle', 'TI - Operacional em Produção', 'TI - Integração' ),
    field( 'Severidade', 'SelectSingle', 'Baixo', 'Médio', 'Alto', 'Crítico' ),
    field( 'Pais de origem', 'FreeformSingle' ),
    field( 'Fingerprint',    'FreeformSingle' ),
);

our @Users = (
    {
        Name         => 'integrator',
        RealName     => 'Integrator',
        EmailAddress => 'integrator@rt.test',
        Privileged   => 1,
    },
);

sub grant {
    my ( $right, @on ) = @_;
    return { GroupDomain => 'SystemInternal', GroupType => 'Privileged', Right => $right, @on };
}

our @ACL = (
    grant('ManageAuthTokens'),
    map {
        my $queue = $_;
        map { grant( $_, Queue => $queue ) }
            qw(SeeQueue CreateTicket ShowTicket ShowTicketComments CommentOnTicket ReplyToTicket
            ModifyTicket SeeCustomField ModifyCustomField)
    } @queues,
);

our @Final = (
    sub {
        my $user = RT::User->new( RT->SystemUser );
        $user->Load('integrator');
        my $token = RT::AuthToken->new( RT->SystemUser );
        my ( $id, $message, $secret )
            = $token->Create( Owner => $user->Id, Description => 'flagrante' );
        die "make the token: $message" unless $id;
        open my $file, '>', $ENV{RT5_TOKEN_FILE} or die "open the token file: $!";
        print {$file} $secret;
        close $file or die "write the token file: $!";
    },
);

1;
